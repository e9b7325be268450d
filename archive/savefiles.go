package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// fill writes the files of a package into a folder.
func (p *saving) fill(ctx context.Context, folder string) error {
	size, err := p.fillArrays(ctx, filepath.Join(folder, p.folder()))
	if err != nil {
		return err
	}
	embed := size <= p.opts.EmbedLimit
	o := FileOptions{Package: p.pkg()}
	if p.opts.InPackage != "" {
		o.Prefix = p.opts.Name + "_"
	}
	o.ArrayFile = func(name string) string { return name }
	if embed {
		o.ArrayFile = func(name string) string { return p.folder() + "/" + name }
	}
	text, err := PackageFile(p.text, o)
	if err != nil {
		return err
	}
	files := map[string][]byte{p.opts.Name + ".go": text, helperFile: Helpers(p.pkg())}
	if len(p.arrays) > 0 {
		if !embed && !bytes.Contains(p.text, []byte("\nvar "+oncePrefix)) {
			return fmt.Errorf("%w: %d bytes of arrays are too many to embed, and in the flat form they cannot be loaded later; use the other one, or another EmbedLimit", artifacts.ErrUnsupportedValue, size)
		}
		files[p.opts.Name+"_arrays.go"] = p.files(o.Prefix+filesName, embed)
	}
	for name, text := range files {
		if err := writeFile(filepath.Join(folder, name), func(w io.Writer) error { return writeText(ctx, w, text) }); err != nil {
			return err
		}
	}
	return nil
}

// fillArrays writes the arrays and returns how many bytes they have.
func (p *saving) fillArrays(ctx context.Context, folder string) (size int64, err error) {
	if len(p.arrays) == 0 {
		return 0, nil
	}
	if err := os.Mkdir(folder, 0o777); err != nil {
		return 0, err
	}
	for _, name := range p.arrays {
		if !isIdentifier(name) {
			return 0, fmt.Errorf("array %q: %w", name, artifacts.ErrUnsafePath)
		}
		file := filepath.Join(folder, name+".npy")
		if err := writeFile(file, func(w io.Writer) error { return p.write(ctx, w, name) }); err != nil {
			return 0, fmt.Errorf("array %q: %w", name, err)
		}
		info, err := os.Stat(file)
		if err != nil {
			return 0, err
		}
		size += info.Size()
	}
	return size, nil
}

// files returns the source that says where the arrays are.
func (p *saving) files(name string, embed bool) []byte {
	text := generated + "package " + p.pkg() + "\n\n"
	if embed {
		return []byte(text + "import \"embed\"\n\n//go:embed " + p.folder() + "/*.npy\nvar " + name + " embed.FS\n")
	}
	load := "Load"
	if p.opts.InPackage != "" {
		load += exported(p.opts.Name)
	}
	return []byte(text + "import \"io/fs\"\n\nvar " + name + " fs.FS = lsUnloaded(" + strconv.Quote(p.pkg()+"."+load) + ")\n\n" +
		"// " + load + " says where the arrays are, as os.DirFS(\"" + p.folder() + "\") does of a folder. It has\n" +
		"// to be called before an object is used that has arrays. They are read when they\n// are first used.\n" +
		"func " + load + "(arrays fs.FS) { " + name + " = arrays }\n")
}

// writeFile writes a file and waits until the disk has it.
func writeFile(name string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// replaceable returns an error if a file is there that was not generated.
func replaceable(name string) error {
	text, err := os.ReadFile(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !bytes.HasPrefix(text, []byte(generated)):
		return fmt.Errorf("%q: %w, and was not written by an archive", name, artifacts.ErrExists)
	}
	return nil
}

// backUp renames what is there: to NAME.bak, or the first of NAME_1.bak and so on
// that is free.
func backUp(name string) error {
	if _, err := os.Lstat(name); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	backup := name + ".bak"
	for i := 1; ; i++ {
		_, err := os.Lstat(backup)
		if errors.Is(err, os.ErrNotExist) {
			return os.Rename(name, backup)
		}
		if err != nil {
			return err
		}
		backup = name + "_" + strconv.Itoa(i) + ".bak"
	}
}
