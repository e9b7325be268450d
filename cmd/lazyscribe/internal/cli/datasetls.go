package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/dataset"
)

func (a *app) datasetLsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ls URL",
		Short: "List the keys of a dataset",
		Long: `List the keys of a dataset with what is known of them. No value is read. A key
with information alone has no handler.`,
		Example: "  lazyscribe dataset ls data\n  lazyscribe dataset ls data -o json",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDataset(cmd.Context(), args[0], dataset.ReadOnly, func(d *dataset.DataSet) error {
				l := &listing{header: []string{"key", "revision", "handler", "type", "size", "arrays", "info", "written", "author"}}
				var objects []any
				var broken error // comes last, after what could be read
				for it, err := range d.Items(cmd.Context()) {
					if err != nil {
						broken = err
						break
					}
					object, row, err := itemOutput(it)
					if err != nil {
						return err
					}
					objects, l.rows = append(objects, object), append(l.rows, row)
				}
				l.elements = elementsOf(objects)
				if err := a.print(l); err != nil {
					return err
				}
				return broken
			})
		},
	}
}

// itemOutput is an item for programs and as a row for people.
func itemOutput(it dataset.Item) (object any, row []any, err error) {
	info, err := it.Info()
	if err != nil {
		return nil, nil, err
	}
	o, err := objectOf(struct {
		Key      string          `json:"key"`
		Revision int64           `json:"revision"`
		Handler  string          `json:"handler,omitempty"`
		Type     string          `json:"type,omitempty"`
		SHA256   string          `json:"sha256,omitempty"`
		Size     int64           `json:"size,omitempty"`
		Arrays   []dataset.Array `json:"arrays,omitempty"`
		Info     any             `json:"info"`
		Author   string          `json:"author,omitempty"`
		Written  time.Time       `json:"written"`
	}{it.Key, it.Revision, it.Handler, it.Type, it.Digest, it.Size, it.Arrays, info, it.Author, it.Written})
	if err != nil {
		return nil, nil, err
	}
	about, _ := o.Get("info")
	bytes := any(nil)
	if it.HasValue {
		bytes = size(it.Size)
	}
	return o, []any{it.Key, it.Revision, known(it.Handler), known(it.Type), bytes, known(arraysText(it.Arrays)), about,
		knownTime(it.Written.Truncate(time.Second)), known(it.Author)}, nil
}

// arraysText tells of arrays in few words: array_0 <f8 (100, 3).
func arraysText(arrays []dataset.Array) string {
	texts := make([]string, len(arrays))
	for i, x := range arrays {
		shape := strings.Trim(strings.ReplaceAll(fmt.Sprint(x.Shape), " ", ", "), "[]")
		texts[i] = fmt.Sprintf("%s %s (%s)", x.Name, x.DType, shape)
	}
	return strings.Join(texts, "; ")
}
