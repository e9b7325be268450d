package plugins

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// EnvSearchPath names the variable of the environment that holds folders to
// search for plugins, separated as those of PATH.
const EnvSearchPath = "LAZYSCRIBE_PLUGIN_PATH"

// A Found is a file that has the name of a plugin. Being found means nothing: it
// does not run before the user trusts it.
type Found struct {
	Name string
	Path string // absolute, in the folder where it was found

	// Shadowed says that a plugin of the same name was found in an earlier
	// folder, which is the one that the name stands for.
	Shadowed bool
}

// Search returns the files that have names of plugins, in the order of the
// folders they are in: see [Folders]. It lists folders, opens no file and runs
// nothing. Folders that are missing or cannot be read hold none; one of paths
// that is not absolute is an error.
func Search(paths []string) ([]Found, error) {
	for _, p := range paths {
		if !filepath.IsAbs(p) {
			return nil, fmt.Errorf("search plugins: folder %s is not an absolute path", quote(p))
		}
	}
	var list []Found
	seen := map[string]bool{}
	for _, folder := range Folders(paths) {
		entries, _ := os.ReadDir(folder) // those that could be read
		for _, entry := range entries {
			path := filepath.Join(folder, entry.Name())
			name, err := NameOf(path)
			if err != nil || entry.IsDir() {
				continue
			}
			list = append(list, Found{Name: name, Path: path, Shadowed: seen[name]})
			seen[name] = true
		}
	}
	return list, nil
}

// Find returns the path of the plugin that a search finds first under a name,
// and whether there is one. It looks at one file in each folder.
func Find(name string, paths []string) (string, bool) {
	if CheckName(name) != nil {
		return "", false
	}
	for _, folder := range Folders(paths) {
		path := filepath.Join(folder, binaryName(name))
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, true
		}
	}
	return "", false
}

// Folders returns the folders that are searched for plugins, in order: paths,
// those of $LAZYSCRIBE_PLUGIN_PATH, the user's own (lazyscribe/plugins in the
// folder for data) and those of $PATH.
//
// Only absolute paths count, and never the working directory, however it is
// named: a project that was fetched from elsewhere must not bring programs along.
func Folders(paths []string) []string {
	own, onPath := folders(paths)
	return append(own, onPath...)
}

// folders returns the folders that were named for plugins, and those of $PATH
// that are not among them.
func folders(paths []string) (own, onPath []string) {
	var seen []fs.FileInfo // folders often stand in PATH under several names
	if here, err := os.Stat("."); err == nil {
		seen = append(seen, here)
	}
	add := func(list []string, folder string) []string {
		folder = filepath.Clean(folder)
		if !filepath.IsAbs(folder) || slices.Contains(list, folder) {
			return list
		}
		if info, err := os.Stat(folder); err == nil {
			if slices.ContainsFunc(seen, func(other fs.FileInfo) bool { return os.SameFile(info, other) }) {
				return list
			}
			seen = append(seen, info)
		}
		return append(list, folder)
	}
	for _, p := range paths {
		own = add(own, p)
	}
	for _, p := range filepath.SplitList(os.Getenv(EnvSearchPath)) {
		own = add(own, p)
	}
	if dir := dataDir(); dir != "" {
		own = add(own, filepath.Join(dir, "lazyscribe", "plugins"))
	}
	for _, p := range filepath.SplitList(os.Getenv("PATH")) {
		onPath = add(onPath, p)
	}
	return own, onPath
}

// dataDir returns the user's folder for data of programs, "" if there is none:
// that of the XDG Base Directory Specification where it is followed.
func dataDir() string {
	switch runtime.GOOS {
	case "windows":
		return os.Getenv("LocalAppData")
	case "darwin", "ios":
		return below(os.Getenv("HOME"), "Library", "Application Support")
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	return below(os.Getenv("HOME"), ".local", "share")
}

func below(home string, names ...string) string {
	if home == "" {
		return ""
	}
	return filepath.Join(slices.Insert(names, 0, home)...)
}
