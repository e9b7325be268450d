package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/project"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a script that completes commands in a shell",
		Long: `Print a script that makes the shell complete commands, flags, slugs and names of
artifacts. SHELL is bash, zsh, fish or powershell. The script is to be read when
the shell starts: for bash it can be the file "lazyscribe" in the folder
~/.local/share/bash-completion/completions.`,
		Example:   "  lazyscribe completion bash",
		Args:      arguments(1, 1),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return usagef("completion: unknown shell %q, want %s", args[0], oneOf(shells))
		},
	}
}

// The functions below say what a shell could put in the place of the cursor.
// They run where begin has not, and are silent about errors: a shell would
// print them into the line.

func (a *app) completeSlugs(cmd *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var slugs []string
	a.forCompletion(cmd, func(p *project.Project) {
		seen := map[string]bool{}
		for e := range p.All() {
			for _, s := range []string{e.ShortSlug(), e.Slug()} {
				if strings.HasPrefix(s, prefix) && !seen[s] {
					seen[s] = true
					slugs = append(slugs, s)
				}
			}
		}
	})
	return slugs, cobra.ShellCompDirectiveNoFileComp
}

// completeArtifacts completes a slug and then names of artifacts.
func (a *app) completeArtifacts(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.completeSlugs(cmd, args, prefix)
	}
	var names []string
	a.forCompletion(cmd, func(p *project.Project) {
		e, err := p.Lookup(args[0])
		if err != nil {
			return
		}
		for _, x := range artifactsOf(e, nil) {
			if strings.HasPrefix(x.Name, prefix) {
				names = append(names, x.Name)
			}
		}
	})
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeKeys completes the keys of --sort and --columns.
func (a *app) completeKeys(cmd *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	keys := append([]string(nil), query.Fields...)
	a.forCompletion(cmd, func(p *project.Project) {
		seen := map[string]bool{}
		for e := range p.All() {
			for key := range query.Flatten(e) {
				if !seen[key] {
					seen[key] = true
					keys = append(keys, key)
				}
			}
		}
	})
	var fitting []string
	for _, key := range keys {
		if strings.HasPrefix(key, prefix) {
			fitting = append(fitting, key)
		}
	}
	return fitting, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) forCompletion(cmd *cobra.Command, do func(*project.Project)) {
	a.begin(cmd)
	p, err := a.open(cmd.Context(), project.ReadOnly)
	if err != nil {
		return
	}
	do(p)
	_ = p.Close() // it was only read
}
