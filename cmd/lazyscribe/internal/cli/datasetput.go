package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/dataset"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// datasetPutOptions are the flags of dataset put, as they were given.
type datasetPutOptions struct {
	handler, value, info string
	set                  []string
	ifAbsent             bool
}

func (a *app) datasetPutCommand() *cobra.Command {
	o := &datasetPutOptions{}
	cmd := &cobra.Command{
		Use:   "put URL KEY [FILE]",
		Short: "Write a value",
		Long: `Write a value under a key, and replace one that is there. A dataset that is not
there is made.

Without --handler the file's suffix says which handler it is for; a folder, and a
file whose suffix no handler has, are stored as they are. A file of the handler's
own format is checked and stored byte for byte; one of another handler's format is
converted. --value stores a value given here instead of a file, JSON, or text if
it does not parse as JSON, as a program would.`,
		Example: `  lazyscribe dataset put data model model.json
  lazyscribe dataset put data mus --value '[1.2, 2.5]' --info 'Chemical potentials'`,
		Args:              arguments(2, 3),
		ValidArgsFunction: a.completeKey,
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 3) == cmd.Flags().Changed("value") {
				return usagef("dataset put: want either a FILE or --value")
			}
			put := &dataset.PutOptions{IfAbsent: o.ifAbsent}
			if cmd.Flags().Changed("info") {
				if err := pyjson.Assign(parseValue(o.info), &put.Info); err != nil {
					return err
				}
			}
			return a.datasetPut(cmd.Context(), args, o, put)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.handler, "handler", "", "`alias` of the handler that stores it")
	flags.StringVar(&o.value, "value", "", "store this value, as `JSON`")
	flags.StringArrayVar(&o.set, "set", nil, "setting of the handler, as `key=value` (may be repeated)")
	flags.StringVar(&o.info, "info", "", "what is to be known of it, as `JSON`")
	flags.BoolVar(&o.ifAbsent, "if-absent", false, "replace no value that is there")
	return cmd
}

func (a *app) datasetPut(ctx context.Context, args []string, o *datasetPutOptions, put *dataset.PutOptions) error {
	url, key := args[0], args[1]
	in := artifactInput{name: key, alias: o.handler}
	l := a.artifactLogger(settings{})
	l.handlerFlag = true
	for _, text := range o.set {
		if err := l.settings.parse(key, text); err != nil {
			return err
		}
	}
	if len(args) == 3 {
		in.file = args[2]
		if err := localFile(in.file); err != nil {
			return err
		}
	} else {
		in.value = parseValue(o.value)
	}
	if in.file == "" && in.alias == "" {
		var value any
		if err := pyjson.Assign(in.value, &value); err != nil {
			return err
		}
		return a.putItem(ctx, url, func(d *dataset.DataSet) error { return d.Put(ctx, key, value, put) })
	}
	l.progress = a.progress("saving " + key)
	defer l.progress.end()
	value, h, err := l.resolve(ctx, in)
	if err != nil {
		return err
	}
	put.Handler = h
	return a.putItem(ctx, url, func(d *dataset.DataSet) error { return d.PutAs(ctx, key, "", value, put) })
}

// putItem opens a dataset, or makes it, for one write.
func (a *app) putItem(ctx context.Context, url string, do func(*dataset.DataSet) error) error {
	d, err := a.openDataset(ctx, url, dataset.ReadWrite)
	if err != nil {
		return err
	}
	return duringDataset(d, do)
}
