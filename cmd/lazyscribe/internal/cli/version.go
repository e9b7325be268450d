package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of this program",
		Long:    "Print the version of this program, and that of the Go it was built with.",
		Example: "  lazyscribe version\n  lazyscribe version -o json",
		Args:    arguments(0, 0),
		RunE:    func(*cobra.Command, []string) error { return a.sayVersion() },
	}
}

func (a *app) sayVersion() error {
	v := version()
	return a.printOne(v, func() error {
		_, err := fmt.Fprintf(a.out, "lazyscribe %s (%s, %s)\n", value(v, "version"), value(v, "go"), value(v, "platform"))
		return err
	})
}

// version says what the build recorded: the module's version, or the commit for
// a build out of a checkout.
func version() *pyjson.Object {
	v := pyjson.NewObject()
	v.Set("version", "(devel)")
	v.Set("go", runtime.Version())
	v.Set("platform", runtime.GOOS+"/"+runtime.GOARCH)
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Set("version", info.Main.Version)
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Set("revision", s.Value)
		}
	}
	return v
}

func value(o *pyjson.Object, key string) any {
	v, _ := o.Get(key)
	return v
}
