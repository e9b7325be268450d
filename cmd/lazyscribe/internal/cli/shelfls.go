package cli

import (
	"errors"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

func (a *app) shelfLsCommand() *cobra.Command {
	long := false
	cmd := &cobra.Command{
		Use:   "ls URL",
		Short: "List a folder of values",
		Long: `List what is directly in the folder at a URL: values of one file, values of
several, files and folders of others. With --long the manifests are read too.`,
		Example: "  lazyscribe shelf ls models\n  lazyscribe shelf ls models --long -o json",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s := a.shelf()
			items, err := s.List(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			l := &listing{header: []string{"name", "form", "size", "modified"}}
			if long {
				l.header = append(l.header, "handler", "type", "digest")
			}
			for _, item := range items {
				row := []any{item.Name, itemForm(item), itemSize(item), knownTime(item.ModTime)}
				if long {
					m, err := a.itemManifest(cmd, s, args[0], item)
					if err != nil {
						return err
					}
					if item.Folder && m.Handler != "" {
						row[2] = size(m.Size())
					}
					row = append(row, known(m.Handler), known(m.Type), known(m.Digest()))
				}
				l.rows = append(l.rows, row)
			}
			return a.print(l)
		},
	}
	cmd.Flags().BoolVarP(&long, "long", "l", false, "also handlers, types and digests")
	return cmd
}

// itemForm tells in a word or two what an item of a folder is.
func itemForm(item shelf.Item) string {
	switch {
	case item.Manifest && item.Folder:
		return "several files"
	case item.Manifest:
		return "one file"
	case item.Folder:
		return "folder"
	}
	return "file"
}

func itemSize(item shelf.Item) any {
	if item.Folder {
		return nil
	}
	return size(item.Size)
}

// itemManifest returns what the manifest of an item says, nothing if there is none
// any more.
func (a *app) itemManifest(cmd *cobra.Command, s *shelf.Shelf, url string, item shelf.Item) (*shelf.Manifest, error) {
	if !item.Manifest {
		return &shelf.Manifest{}, nil
	}
	m, err := s.Stat(cmd.Context(), shelf.Join(url, item.Name))
	if errors.Is(err, artifacts.ErrNotFound) {
		return &shelf.Manifest{}, nil
	}
	return m, err
}

// manifestObject is a manifest as programs read it.
func manifestObject(m *shelf.Manifest) *pyjson.Object {
	o := pyjson.NewObject()
	if m.Handler != "" {
		o.Set("handler", m.Handler)
	}
	if m.Type != "" {
		o.Set("type", m.Type)
	}
	o.Set("several", m.Several)
	o.Set("size", m.Size())
	if d := m.Digest(); d != "" {
		o.Set("digest", d)
	}
	if m.Handler != "" {
		o.Set("put", m.Put.UTC().Format("2006-01-02T15:04:05Z"))
	}
	if len(m.Environment) > 0 {
		env := pyjson.NewObject()
		for _, key := range slices.Sorted(maps.Keys(m.Environment)) {
			env.Set(key, m.Environment[key])
		}
		o.Set("environment", env)
	}
	var list []any
	for _, f := range m.Files {
		file := pyjson.NewObject()
		file.Set("name", f.Name)
		file.Set("size", f.Size)
		if f.Digest != "" {
			file.Set("digest", f.Digest)
		}
		list = append(list, file)
	}
	o.Set("files", list)
	return o
}
