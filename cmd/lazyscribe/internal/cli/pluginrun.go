package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// runOptions are the flags of plugin run, as they were given.
type runOptions struct {
	set  []string
	cbor bool
}

func (a *app) pluginRunCommand() *cobra.Command {
	o := &runOptions{}
	cmd := &cobra.Command{
		Use:   "run ALIAS encode|decode",
		Short: "Encode or decode without a project",
		Long: `Encode or decode without a project, by the handler of a plugin or one that is
built in. "encode" reads a value from standard input and writes the file to
standard output, "decode" goes the other way. Values are JSON, or with --cbor one
item of CBOR, which has bytes, times and numbers that JSON has not.`,
		Example:           "  lazyscribe plugin run lines encode --set 'separator=;'\n  lazyscribe plugin run lines decode",
		Args:              arguments(2, 2),
		ValidArgsFunction: a.completeRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			l := a.artifactLogger(settings{})
			for _, text := range o.set {
				if err := l.settings.parse(args[0], text); err != nil {
					return err
				}
			}
			run := a.encodeStream
			switch args[1] {
			case "encode":
			case "decode":
				run = a.decodeStream
			default:
				return usagef("plugin run: %q: want encode or decode", args[1])
			}
			h, err := l.handler(args[0], args[0])
			if err != nil {
				return err
			}
			err = run(cmd.Context(), h, o)
			if err != nil {
				err = fmt.Errorf("%s %s: %w", args[1], args[0], err)
			}
			if errors.Is(err, artifacts.ErrSettings) {
				return &usageError{err}
			}
			return err
		},
	}
	cmd.Flags().StringArrayVar(&o.set, "set", nil, "setting of the handler, as `key=value` (may be repeated)")
	cmd.Flags().BoolVar(&o.cbor, "cbor", false, "values are CBOR")
	return cmd
}

// encodeStream writes the file of the value on standard input.
func (a *app) encodeStream(ctx context.Context, h artifacts.Handler, o *runOptions) error {
	if h.Format().Binary && isTerminal(a.out) {
		return withHint(usagef("the file is binary, and standard output is a terminal"), "send it to a file: > FILE")
	}
	text, err := readAll(ctx, a.in)
	if err != nil {
		return err
	}
	var value any
	if o.cbor {
		err = plugins.UnmarshalValue(text, &value)
	} else {
		var tree any
		if tree, err = pyjson.Parse(text); err == nil {
			err = pyjson.Assign(tree, &value)
		}
	}
	if err != nil {
		return &usageError{fmt.Errorf("standard input: %w", err)}
	}
	return h.Encode(ctx, a.out, value)
}

// decodeStream writes the value of the file on standard input.
func (a *app) decodeStream(ctx context.Context, h artifacts.Handler, o *runOptions) error {
	data, err := readAll(ctx, a.in)
	if err != nil {
		return err
	}
	var value any
	if err := h.Decode(ctx, bytes.NewReader(data), &value); err != nil {
		return err
	}
	if !o.cbor {
		return a.writeValue(ctx, value, h.Format().Alias)
	}
	item, err := plugins.MarshalValue(value)
	if err != nil {
		return err
	}
	_, err = a.out.Write(item)
	return err
}

// completeRun completes an alias and then what is done with it.
func (a *app) completeRun(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	words := []string{"encode", "decode"}
	if len(args) == 0 {
		a.begin(cmd)
		words = a.artifactLogger(nil).aliases()
	}
	words = slices.DeleteFunc(words, func(word string) bool { return len(args) > 1 || !strings.HasPrefix(word, prefix) })
	return words, cobra.ShellCompDirectiveNoFileComp
}
