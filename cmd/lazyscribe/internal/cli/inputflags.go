package cli

import (
	"github.com/spf13/cobra"
)

// valuesHelp explains the flags log and edit have in common.
const valuesHelp = `Values are JSON if they parse as JSON, else text. A metric is a number or a list
of numbers; whole numbers stay whole.

--artifact name=FILE:alias stores a file. Without an alias the file's suffix says
which handler it is for; a folder, and a file whose suffix no handler has, are
stored as they are, with the handler "file". Which it was is said on standard
error, unless -o asks for another form than a table. A file of the handler's own
format is checked and stored byte for byte; one of another handler's format is
converted. --value name=JSON stores a value given here. --set name.key=value
changes a setting of the handler of the artifact called name.`

// inputOptions are the flags that say what is logged, as they were given.
type inputOptions struct {
	metrics, parameters, tags      []string
	artifacts, values, set, depend []string
}

func (o *inputOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVarP(&o.metrics, "metric", "m", nil, "metric, as `name=number` (may be repeated, as all of these)")
	flags.StringArrayVar(&o.parameters, "param", nil, "parameter, as `name=value`")
	flags.StringArrayVarP(&o.tags, "tag", "t", nil, "tag to `add`")
	flags.StringArrayVarP(&o.artifacts, "artifact", "a", nil, "artifact from a file, as `name=FILE` or name=FILE:alias")
	flags.StringArrayVar(&o.values, "value", nil, "artifact from a value, as `name=JSON` or name=JSON:alias")
	flags.StringArrayVar(&o.set, "set", nil, "setting of an artifact's handler, as `name.key=value`")
	flags.StringArrayVar(&o.depend, "depends", nil, "experiment this one was built on, as `project|slug`")
}

// add reads the flags into an input.
func (o *inputOptions) add(in *experimentInput) error {
	for _, text := range o.metrics {
		f, err := parseMetric(text)
		if err != nil {
			return err
		}
		in.metrics = append(in.metrics, f)
	}
	for _, text := range o.parameters {
		f, err := parseField("param", text)
		if err != nil {
			return err
		}
		in.parameters = append(in.parameters, f)
	}
	in.tags = append(in.tags, o.tags...)
	for _, text := range o.artifacts {
		x, err := parseArtifact(text)
		if err != nil {
			return err
		}
		in.artifacts = append(in.artifacts, x)
	}
	for _, text := range o.values {
		x, err := parseArtifactValue(text)
		if err != nil {
			return err
		}
		in.artifacts = append(in.artifacts, x)
	}
	for _, text := range o.depend {
		ref, err := parseRef(text)
		if err != nil {
			return &usageError{err}
		}
		in.depends = append(in.depends, ref)
	}
	return nil
}
