package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/plugins"
)

func (a *app) pluginInspectCommand() *cobra.Command {
	live := false
	cmd := &cobra.Command{
		Use:   "inspect NAME|PATH",
		Short: "Show what is known about a plugin",
		Long: `Show what is known about a plugin: what its file shows while nothing of it runs,
and what it said about itself when it was trusted: its handlers, their settings
and what they record. --live starts one that is trusted and shows what it says
now; the exit code is 1 if that differs.`,
		Example:           "  lazyscribe plugin inspect lines\n  lazyscribe plugin inspect lines -o json",
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completeFoundPlugin,
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := trustFile()
			if err != nil {
				return err
			}
			x, err := inspectPlugin(t, args[0])
			if err != nil {
				return err
			}
			var differs error
			if live {
				if x.Live, err = a.describeLive(cmd.Context(), x); err != nil {
					return err
				}
				if !x.Live.Equal(x.Trusted.Description) {
					differs = withHint(fmt.Errorf("inspect plugin %q: what it says about itself %w", x.Name, plugins.ErrChanged),
						"lazyscribe plugin trust %s records what it says now", x.Name)
				}
			}
			object, err := objectOf(x)
			if err != nil {
				return err
			}
			return errors.Join(a.printOne(object, func() error { return a.showPlugin(x) }), differs)
		},
	}
	cmd.Flags().BoolVar(&live, "live", false, "start the plugin and ask it")
	return cmd
}

// An inspection is all there is to know about a plugin.
type inspection struct {
	Name    string               `json:"name"`
	Status  plugins.Status       `json:"status"`
	Problem string               `json:"problem,omitempty"`
	File    *plugins.Facts       `json:"file,omitempty"`    // nil: it cannot be read
	Trusted *plugins.Trusted     `json:"trusted,omitempty"` // nil: it is not
	Live    *plugins.Description `json:"live,omitempty"`    // nil: it was not asked
}

// inspectPlugin finds out about a plugin without running it. One that is trusted
// and gone is described as it was.
func inspectPlugin(t *plugins.Trust, arg string) (*inspection, error) {
	trusted, isTrusted, err := lookupPlugin(t, arg)
	if err != nil {
		return nil, err
	}
	path := trusted.Path
	if !isTrusted {
		if path, err = locatePlugin(t, arg); err != nil {
			return nil, err
		}
	}
	facts, err := plugins.Inspect(path)
	if err != nil && !isTrusted {
		return nil, err
	}
	x := &inspection{Name: facts.Name, Status: plugins.StatusUntrusted}
	problem := facts.Unsafe
	if err == nil {
		x.File = &facts
	}
	if isTrusted {
		x.Name, x.Trusted = trusted.Name, &trusted
		x.Status, problem = trusted.Status()
	}
	if problem != nil {
		x.Problem = problem.Error()
	}
	return x, nil
}

// lookupPlugin finds the plugin an argument means among those that are trusted.
func lookupPlugin(t *plugins.Trust, arg string) (plugins.Trusted, bool, error) {
	if !isPath(arg) {
		return t.Lookup(arg)
	}
	facts, err := plugins.Inspect(arg)
	if err != nil {
		return plugins.Trusted{}, false, err
	}
	trusted, ok, err := t.Lookup(facts.Name)
	return trusted, ok && trusted.Path == facts.Path, err
}

// describeLive asks the plugin itself.
func (a *app) describeLive(ctx context.Context, x *inspection) (*plugins.Description, error) {
	if plugins.Off() {
		return nil, errPluginsOff("plugin inspect")
	}
	host, err := a.plugins.open()
	if err != nil {
		return nil, err
	}
	p, ok := host.Plugin(x.Name)
	if x.Trusted == nil || !ok {
		return nil, withHint(fmt.Errorf("inspect plugin %q: %w", x.Name, plugins.ErrUntrusted),
			"lazyscribe plugin trust %s looks at it and asks you", x.Name)
	}
	d, err := p.Describe(ctx)
	return &d, err
}
