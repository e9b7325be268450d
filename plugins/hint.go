package plugins

import (
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Hint says what the user can do about an alias that no handler has: trust a
// plugin of that name if there is one, or put one into the folders that were
// searched. It runs nothing. paths are searched as by [Search].
//
// [Register] gives it to the registry, whose error for an unknown alias then
// ends with it.
func Hint(alias string, paths []string) string {
	if Off() {
		return "plugins are switched off by " + EnvPlugins
	}
	if len(alias) > longestFormatted || artifacts.CheckFormat(artifacts.Format{Alias: alias}) != nil {
		return "" // it is no alias: no plugin can have it
	}
	if path, ok := Find(alias, paths); ok {
		return fmt.Sprintf("found %q, which is not trusted: lazyscribe plugin trust %s looks at it and asks you", path, alias)
	}
	own, _ := folders(paths)
	var names []string
	for _, folder := range own {
		names = append(names, fmt.Sprintf("%q", folder))
	}
	names = append(names, "$PATH")
	return fmt.Sprintf("no %s in %s: put one there, or name it by lazyscribe plugin trust PATH",
		binaryName(alias), strings.Join(names, ", "))
}
