package dataset

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// goFile returns the Go file of a record. body is that of its value, nil if it has
// none. The files of the value are in its folder, beside the Go file; where they
// are not to be embedded, the package is told at run time where that is.
func goFile(r *record, body []byte, pkg string, embed bool) ([]byte, error) {
	v := view{record: r, pkg: pkg, embed: embed, prefix: fold(r.Key)}
	if !r.Removed {
		if err := v.write(body); err != nil {
			return nil, err
		}
	}
	text := fmt.Appendf(nil, "%s%s%d\n\npackage %s\n", viewHead, revisionLine, r.Revision, pkg)
	if v.embeds {
		text = append(text, "\nimport \"embed\"\n"...)
	}
	return append(text, v.text.Bytes()...), nil
}

// A view is the Go file of a record while it is written.
type view struct {
	record *record
	pkg    string
	prefix string // begins names that are the file's own
	embed  bool   // files are to be embedded
	embeds bool   // some are
	text   bytes.Buffer
}

func (v *view) write(body []byte) error {
	info, err := v.record.item().Info()
	if err != nil {
		return err
	}
	switch it := v.record.Item; {
	case it == nil:
	case it.Handler == archiveAlias:
		err = v.archived(body)
	default:
		v.file(body)
	}
	fmt.Fprintf(&v.text, "\nfunc init() {\n\tInfo[%q] = %s\n}\n", v.record.Key, appendLiteral(nil, info))
	return err
}

// archived writes a value that Put wrote: its text, and the variable in which the
// text finds its arrays.
func (v *view) archived(text []byte) error {
	private, err := archive.Vet(text)
	if err != nil {
		return fmt.Errorf("text of the value: %w", err)
	}
	if private != "" {
		fmt.Fprintf(&v.text, "\n// %s is not here, as no package can import its types: %s.\n", exported(v.record.Key), private)
		return nil
	}
	file, err := archive.PackageFile(text, archive.FileOptions{Package: v.pkg, Prefix: v.prefix, Files: v.prefix + "Files"})
	if err != nil {
		return err
	}
	_, rest, ok := bytes.Cut(file, []byte("\npackage "+v.pkg+"\n"))
	if !ok {
		return fmt.Errorf("%w: the text of the value has no package clause", artifacts.ErrCorrupt)
	}
	v.text.Write(rest)
	v.arrays()
	return nil
}

// arrays writes the variable in which arrays are found by their names in the text.
// They are parts of files: it gives each the header that makes it an npy file.
func (v *view) arrays() {
	files := v.record.Item.Files
	if len(files) == 0 {
		return
	}
	in := v.files(files)
	width := 0
	for _, f := range files {
		for _, a := range f.Arrays {
			width = max(width, len(a.Name))
		}
	}
	fmt.Fprintf(&v.text, "\nvar %sFiles = lsParts{%s, map[string]lsPart{\n", v.prefix, in)
	for _, f := range files {
		for _, a := range f.Arrays {
			fmt.Fprintf(&v.text, "\t%q: %*s{%q, %d, %q, %s},\n", a.Name+".npy", width-len(a.Name), "",
				path.Join(dataFolder(v.record.Key), f.Name), a.Offset, a.DType, strings.ReplaceAll(fmt.Sprintf("%#v", a.Shape), "[]int(nil)", "nil"))
		}
	}
	v.text.WriteString("}}\n")
}

// files writes the variable in which files are, and returns its name.
func (v *view) files(list []dataFile) string {
	if !v.embed {
		return "lsDir{}"
	}
	v.embeds = true
	v.text.WriteString("\n//go:embed")
	for _, f := range list {
		v.text.WriteString(" " + path.Join(dataFolder(v.record.Key), f.Name))
	}
	fmt.Fprintf(&v.text, "\nvar %sEmbedded embed.FS\n", v.prefix)
	return v.prefix + "Embedded"
}

// file writes a value that another handler encoded: the bytes of its file.
func (v *view) file(body []byte) {
	name, f := exported(v.record.Key), v.record.Item.Body.File
	content := fmt.Sprintf("[]byte(%q)", body)
	if f != nil {
		content = fmt.Sprintf("lsFile(%s, %q)", v.files([]dataFile{*f}), path.Join(dataFolder(v.record.Key), f.Name))
	}
	fmt.Fprintf(&v.text, "\n// %s returns the file that the handler %q made of the value.\n", name, v.record.Item.Handler)
	fmt.Fprintf(&v.text, "func %s() []byte {\n\treturn %s\n}\n", name, content)
}
