package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// many is the upper bound of arguments where there is none.
const many = 1 << 30

// arguments checks the number of arguments and shows the command's usage line
// if it is wrong.
func arguments(atLeast, atMost int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < atLeast:
			return withHint(usagef("%s: an argument is missing", cmd.Name()), "usage: %s", cmd.UseLine())
		case len(args) > atMost:
			return withHint(usagef("%s: too many arguments: %q", cmd.Name(), args[atMost]), "usage: %s", cmd.UseLine())
		}
		return nil
	}
}

// noSuchCommand is the check of arguments of a command that has only others
// below it.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := usagef("unknown command %q for %q", args[0], cmd.CommandPath())
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return withHint(err, "did you mean %s?", strings.Join(near, " or "))
	}
	return withHint(err, "%s --help lists the commands", cmd.CommandPath())
}

// helpOnly is what a command does that has only others below it.
func helpOnly(cmd *cobra.Command, _ []string) error { return cmd.Help() }
