package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/shelf"
)

func (a *app) shelfStatCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "stat URL",
		Short: "Show what is known of a value",
		Long: `Show what is known of a value: which handler wrote it, the digest it was put with,
and its files. Its files are not read. Of a file without a manifest only its size
is known.`,
		Example: "  lazyscribe shelf stat models/best.json",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := a.shelf().Stat(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if a.output == csvOutput {
				return a.print(fileListing(m))
			}
			return a.printOne(manifestObject(m), func() error { return a.showManifest(m) })
		},
	}
}

func (a *app) showManifest(m *shelf.Manifest) error {
	head := a.section()
	if m.Handler != "" {
		head.row("handler", m.Handler)
	}
	if m.Type != "" {
		head.row("type", m.Type)
	}
	head.row("size", size(m.Size()))
	if d := m.Digest(); d != "" {
		head.row("digest", d)
	}
	if m.Handler != "" {
		head.row("put", m.Put)
	}
	if err := head.write(""); err != nil || !m.Several || len(m.Files) == 0 {
		return err
	}
	if err := a.title("files"); err != nil {
		return err
	}
	t := a.table(fileListing(m))
	t.Indent = "  "
	return t.Write(a.out)
}

func fileListing(m *shelf.Manifest) *listing {
	l := &listing{header: []string{"name", "size", "digest"}}
	for _, f := range m.Files {
		l.rows = append(l.rows, []any{f.Name, size(f.Size), known(f.Digest)})
	}
	return l
}
