package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
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

// completeVersions completes the name of an artifact in the repository, and then
// numbers of its versions for as long as the command takes arguments.
func (a *app) completeVersions(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var words []string
	add := func(word string) {
		if strings.HasPrefix(word, prefix) {
			words = append(words, word)
		}
	}
	a.forVersionCompletion(cmd, func(r *repository.Repository) {
		if len(args) == 0 {
			for _, name := range r.Names() {
				add(name)
			}
			return
		}
		add(latestVersion)
		for x := range r.Versions(args[0]) {
			add(strconv.Itoa(x.Version))
		}
	})
	return words, cobra.ShellCompDirectiveNoFileComp
}

// completeName completes the name of an artifact in the repository.
func (a *app) completeName(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault // of files
	}
	return a.completeVersions(cmd, nil, prefix)
}

// completeTags completes the tag of a release.
func (a *app) completeTags(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault // of a folder
	}
	a.begin(cmd)
	l, err := release.Load(cmd.Context(), release.Beside(a.repository), a.releaseOptions())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var tags []string
	for _, r := range l.All() {
		if strings.HasPrefix(r.Tag, prefix) {
			tags = append(tags, r.Tag)
		}
	}
	_ = l.Close() // it was only read
	return tags, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) forVersionCompletion(cmd *cobra.Command, do func(*repository.Repository)) {
	a.begin(cmd)
	r, err := a.openRepository(cmd.Context(), repository.ReadOnly)
	if err != nil {
		return
	}
	do(r)
	_ = r.Close() // it was only read
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
