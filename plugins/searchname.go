package plugins

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/slug"
)

// binaryPrefix begins the file name of every plugin. Nothing that is named
// otherwise is looked for, opened or run.
const binaryPrefix = "lazyscribe-plugin-"

// longestName bounds the name of a plugin, in bytes.
const longestName = 64

// CheckName returns an error unless name can be that of a plugin: letters a to
// z, digits, "-" and "_", beginning with a letter, ending in a letter or a
// digit, at most 64 bytes long. A name is safe as a part of a path and of a
// command line.
func CheckName(name string) error {
	if len(name) <= longestName && slug.IsPlain(name) && artifacts.CheckFormat(artifacts.Format{Alias: name}) == nil {
		return nil
	}
	return fmt.Errorf("%s cannot be the name of a plugin: want letters a to z, digits, - and _, at most %d", quote(name), longestName)
}

// NameOf returns the name of the plugin whose binary path leads to, and an error
// if the file is not called lazyscribe-plugin-NAME. It looks at the text alone.
func NameOf(path string) (string, error) {
	base := filepath.Base(path)
	if runtime.GOOS == "windows" {
		base = strings.TrimSuffix(base, ".exe")
	}
	name, ok := strings.CutPrefix(base, binaryPrefix)
	if !ok || CheckName(name) != nil {
		return "", fmt.Errorf("%s is not called %sNAME", quote(path), binaryPrefix)
	}
	return name, nil
}

// binaryName is the file name of a plugin.
func binaryName(name string) string {
	if runtime.GOOS == "windows" {
		return binaryPrefix + name + ".exe"
	}
	return binaryPrefix + name
}

// quote quotes what somebody typed or a file said, which can be of any length.
func quote(text string) string {
	if len(text) > 200 {
		return fmt.Sprintf("%q... (%d bytes)", text[:80], len(text))
	}
	return fmt.Sprintf("%q", text)
}
