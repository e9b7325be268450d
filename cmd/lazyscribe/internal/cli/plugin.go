package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

func (a *app) pluginCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plugin",
		Short: "Add formats of artifacts that other programs know",
		Long: `Add formats of artifacts that other programs know. A plugin is a program called
lazyscribe-plugin-NAME. It runs only after "lazyscribe plugin trust" recorded its
checksum in your trust file, and from then on whenever one of its aliases is used.

A NAME is searched for in the folders of $LAZYSCRIBE_PLUGIN_PATH, then in your own
folder for plugins, then in those of $PATH, never in the working directory; what
holds a / is a path. LAZYSCRIBE_PLUGINS=off switches all plugins off.`,
		Example:                    "  lazyscribe plugin list",
		Args:                       noSuchCommand,
		SuggestionsMinimumDistance: 2,
		RunE:                       helpOnly,
	}
	cmd.AddCommand(a.pluginListCommand(), a.pluginInspectCommand(), a.pluginTrustCommand(), a.pluginUntrustCommand(),
		a.pluginRunCommand(), a.pluginTestCommand(), a.pluginNewCommand(), a.pluginRescueCommand())
	return cmd
}

// trustFile returns the user's trust file.
func trustFile() (*plugins.Trust, error) {
	file, err := plugins.DefaultTrustFile()
	if err != nil {
		return nil, err
	}
	return plugins.OpenTrust(file), nil
}

// isPath reports whether an argument that can be a name or a path is a path.
func isPath(arg string) bool {
	return strings.ContainsRune(arg, '/') || strings.ContainsRune(arg, os.PathSeparator)
}

// locatePlugin returns the path of the plugin an argument means: a path as it is;
// a name stands for what is trusted under it as long as that is there, and else
// for what a search finds.
func locatePlugin(t *plugins.Trust, arg string) (string, error) {
	if isPath(arg) {
		return arg, nil
	}
	if err := plugins.CheckName(arg); err != nil {
		return "", withHint(&usageError{err}, "a path holds a /: ./%s", "lazyscribe-plugin-NAME")
	}
	trusted, ok, err := t.Lookup(arg)
	if err != nil {
		return "", err
	}
	if ok && exists(trusted.Path) {
		return trusted.Path, nil
	}
	if path, ok := plugins.Find(arg, nil); ok {
		return path, nil
	}
	return "", withHint(fmt.Errorf("find plugin %q: %w", arg, artifacts.ErrNotFound), "searched were %s; a path can be named instead",
		strings.Join(quoted(plugins.Folders(nil)), ", "))
}

// objectOf is a value as encoding/json has it, with its keys in their order.
func objectOf(v any) (*pyjson.Object, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	tree, err := pyjson.Parse(text)
	if err != nil {
		return nil, err
	}
	object, ok := tree.(*pyjson.Object)
	if !ok {
		return nil, fmt.Errorf("%T is no object", v)
	}
	return object, nil
}

// completePlugin completes the name of a plugin that is trusted.
func (a *app) completePlugin(_ *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if t, err := trustFile(); err == nil && len(args) == 0 {
		list, _ := t.All() // a shell would print an error into the line
		for _, e := range list {
			if strings.HasPrefix(e.Name, prefix) {
				names = append(names, e.Name)
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeFoundPlugin completes the name of a plugin a search finds, or a path.
func (a *app) completeFoundPlugin(_ *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if isPath(prefix) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var names []string
	found, _ := plugins.Search(nil) // it has no error without folders of ours
	for _, f := range found {
		if !f.Shadowed && strings.HasPrefix(f.Name, prefix) {
			names = append(names, f.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
