package cli

import (
	"context"
	"io"
	"iter"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// exportFormats are the formats of export.
var exportFormats = []string{string(csvOutput), string(jsonlOutput), parquetExport}

const parquetExport = "parquet"

type exportOptions struct {
	outOptions
	format string
	tests  bool
}

func (a *app) exportCommand() *cobra.Command {
	o := &exportOptions{}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write a table of all experiments",
		Long: `Write one row for each experiment, or with --tests for each test. Metrics and
parameters are columns such as metrics.auroc and parameters.opt.lr: objects are
taken apart, lists are left whole. In csv every row has all columns; in jsonl
each has those it has a value for. In parquet columns have types: whole numbers,
numbers, texts, times in UTC, lists of these; what is of several is text.`,
		Example: "  lazyscribe export\n  lazyscribe export --format jsonl -O runs.jsonl\n  lazyscribe export --format parquet -O runs.parquet\n  lazyscribe export --tests",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("format") && cmd.Flags().Changed("output") {
				o.format = string(a.output)
			}
			if !slices.Contains(exportFormats, o.format) {
				return usagef("export: unknown format %q, want %s", o.format, oneOf(exportFormats))
			}
			if o.format == parquetExport && o.out == standardOutput && isTerminal(a.out) {
				return withHint(usagef("export: parquet is binary, and standard output is a terminal"), "-O FILE writes it to a file")
			}
			return a.with(cmd.Context(), project.ReadOnly, func(p *project.Project) error {
				x := newExport(slices.Collect(p.All()), o.tests)
				a.mentionUnreadable(p)
				if o.out == standardOutput {
					return x.write(cmd.Context(), a.out, o.format)
				}
				return writeFile(o.out, o.force, func(w io.Writer) error { return x.write(cmd.Context(), w, o.format) })
			})
		},
	}
	cmd.Flags().StringVar(&o.format, "format", string(csvOutput), "`format`: "+oneOf(exportFormats))
	cmd.Flags().BoolVar(&o.tests, "tests", false, "one row for each test")
	o.register(cmd, "`FILE`")
	return cmd
}

// The first columns of an export, before metrics and parameters.
var (
	experimentColumns = []string{"slug", "name", "author", "created_at", "last_updated", "last_updated_by", "tags", "dependencies"}
	testColumns       = []string{"slug", "name", "created_at", "test", "description"}
)

// An export is a table of experiments or of tests. Its rows are made when they
// are written: only the columns are known before.
type export struct {
	header []string
	rows   iter.Seq[map[string]any]
}

func newExport(list []*experiment.Experiment, tests bool) *export {
	x := &export{header: slices.Clone(experimentColumns), rows: experimentRows(list)}
	measured := func(yield func(query.Measured) bool) {
		for _, e := range list {
			if !yield(e) {
				return
			}
		}
	}
	if tests {
		x.header, x.rows = slices.Clone(testColumns), testRows(list)
		measured = func(yield func(query.Measured) bool) {
			for _, e := range list {
				for t := range e.Tests() {
					if !yield(t) {
						return
					}
				}
			}
		}
	}
	columns := map[string]bool{}
	for m := range measured {
		for key := range query.Flatten(m) {
			columns[key] = true
		}
	}
	x.header = append(x.header, slices.Sorted(maps.Keys(columns))...)
	return x
}

func experimentRows(list []*experiment.Experiment) iter.Seq[map[string]any] {
	return func(yield func(map[string]any) bool) {
		for _, e := range list {
			row := maps.Collect(query.Flatten(e))
			for _, field := range experimentColumns {
				row[field] = query.Key{Field: field}.Of(e)
			}
			if !yield(row) {
				return
			}
		}
	}
}

func testRows(list []*experiment.Experiment) iter.Seq[map[string]any] {
	return func(yield func(map[string]any) bool) {
		for _, e := range list {
			for t := range e.Tests() {
				row := maps.Collect(query.Flatten(t))
				row["slug"], row["name"], row["created_at"] = e.Slug(), e.Name(), e.CreatedAt()
				row["test"], row["description"] = t.Name(), t.Description()
				if !yield(row) {
					return
				}
			}
		}
	}
}

// write writes the table. Its csv is that of all results of the command, and not
// that of the format "csv", which has no lists and marks strings by their quotes.
func (x *export) write(ctx context.Context, w io.Writer, format string) error {
	switch format {
	case string(csvOutput):
		return render.CSV(w, x.header, x.texts())
	case parquetExport:
		return parquet.Handler{}.Encode(ctx, w, x.columns())
	}
	return render.JSONLines(w, x.objects())
}

func (x *export) texts() iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for row := range x.rows {
			texts := make([]string, len(x.header))
			for i, name := range x.header {
				texts[i] = query.Format(row[name])
			}
			if !yield(texts) {
				return
			}
		}
	}
}

func (x *export) objects() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for row := range x.rows {
			object := pyjson.NewObject()
			for _, name := range x.header {
				if v, ok := row[name]; ok {
					object.Set(name, query.Plain(v))
				}
			}
			if !yield(object, nil) {
				return
			}
		}
	}
}
