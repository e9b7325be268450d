package process

import (
	"runtime"
	"slices"
	"strings"
)

// passed are the variables every program needs to find its libraries, the
// user's folders, the language and the network. None of them holds a secret,
// but for the passwords some write into the addresses of proxies.
var passed = []string{
	"PATH", "HOME", "TMPDIR", "LANG", "LANGUAGE", "TZ", "USER", "LOGNAME",
	"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
}

var passedOnWindows = []string{
	"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
	"PROGRAMDATA", "PATHEXT", "COMSPEC", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE",
}

// Environment returns of environ, a list of KEY=value, what a plugin may see:
// what every program needs, LC_* and LAZYSCRIBE_PLUGIN_*, and the variables
// named by extra.
func Environment(environ, extra []string) []string {
	allowed := slices.Concat(passed, extra)
	same := func(a, b string) bool { return a == b }
	if runtime.GOOS == "windows" {
		allowed, same = append(allowed, passedOnWindows...), strings.EqualFold
	}
	var env []string
	for _, pair := range environ {
		key, _, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			continue
		}
		if strings.HasPrefix(key, "LC_") || strings.HasPrefix(key, "LAZYSCRIBE_PLUGIN_") ||
			slices.ContainsFunc(allowed, func(name string) bool { return same(name, key) }) {
			env = append(env, pair)
		}
	}
	return env
}
