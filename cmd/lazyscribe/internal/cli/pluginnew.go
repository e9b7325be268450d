package cli

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/scaffold"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// newFlags say what plugin is made, as they were given.
type newFlags struct{ language, dir, module string }

func (a *app) pluginNewCommand() *cobra.Command {
	o := &newFlags{}
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Begin a plugin of your own",
		Long: `Begin a plugin of your own, in a new folder: a program for a format called NAME
that compiles and passes its tests, with a README and workflows. What it does,
lists of texts in lines, is there to be replaced.`,
		Example:           "  lazyscribe plugin new table\n  lazyscribe plugin new table --lang python --dir plugins/table",
		Args:              arguments(1, 1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(_ *cobra.Command, args []string) error {
			return a.pluginNew(args[0], o)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.language, "lang", "go", "`language` of the plugin: "+oneOf(scaffold.Languages()))
	flags.StringVar(&o.dir, "dir", "", "make it in this `folder` (default lazyscribe-plugin-NAME)")
	flags.StringVar(&o.module, "module", "", "`path` of its Go module (default example.com/lazyscribe-plugin-NAME)")
	return cmd
}

func (a *app) pluginNew(name string, o *newFlags) error {
	if err := plugins.CheckName(name); err != nil {
		return &usageError{fmt.Errorf("plugin new: %w", err)}
	}
	if !slices.Contains(scaffold.Languages(), o.language) {
		return usagef("--lang %q: want %s", o.language, oneOf(scaffold.Languages()))
	}
	if o.module != "" && !modulePattern.MatchString(o.module) {
		return usagef("--module %q: want a path such as example.com/lazyscribe-plugin-%s", o.module, name)
	}
	binary := "lazyscribe-plugin-" + name
	dir := cmp.Or(o.dir, binary)
	plan := scaffold.Plan{
		Name: name, Language: o.language, Module: cmp.Or(o.module, "example.com/"+binary), Version: released(),
	}
	files, err := scaffold.Write(dir, plan)
	if err != nil {
		return withHint(err, "--dir names another folder")
	}
	made := pyjson.NewObject()
	made.Set("name", name)
	made.Set("folder", dir)
	list := make([]any, len(files))
	for i, file := range files {
		list[i] = file
	}
	made.Set("files", list)
	return a.printOne(made, func() error {
		a.say("made plugin %q in folder %q; next:", name, dir)
		_, err := strings.NewReplacer("DIR", dir, "BINARY", binary).WriteString(a.out, nextSteps[o.language])
		return err
	})
}

// nextSteps are what to type after plugin new.
var nextSteps = map[string]string{
	"go": `    cd DIR
    go mod tidy
    go test ./...
    go build -o BINARY . && lazyscribe plugin trust ./BINARY
`,
	"python": `    cd DIR
    python3 -m pip install -r requirements.txt pytest
    python3 -m pytest
    lazyscribe plugin trust ./BINARY
`,
}

var (
	// modulePattern keeps out what would not be one word of a go.mod file.
	modulePattern = regexp.MustCompile(`^[A-Za-z0-9._~/-]+$`)
	// releasePattern is the version of a release, not of a commit.
	releasePattern = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+$`)
)

// released is the version of this program if it is a release, else "".
func released() string {
	if v, _ := value(version(), "version").(string); releasePattern.MatchString(v) {
		return v
	}
	return ""
}
