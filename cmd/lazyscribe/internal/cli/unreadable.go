package cli

import "github.com/lazyscribe-go/lazyscribe/project"

// mentionUnreadable says that a list is not all there is.
func (a *app) mentionUnreadable(p *project.Project) {
	if n := len(p.Unreadable()); n > 0 {
		a.say("%s of project %q could not be read\nhint: lazyscribe check says which and why", plural(n, "record"), a.project)
	}
}
