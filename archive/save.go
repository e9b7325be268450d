package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

// SaveOptions are the choices of [Archive.Save] and [Export]. Nil means all
// defaults.
type SaveOptions struct {
	// Name is the name of the package, and of its folder or file. "" means the name
	// of the object in an archive of a single item.
	Name string

	// InPackage is the name of a package that is in the folder already, and is given
	// a file more. "" means a package of its own, in a folder below.
	InPackage string

	// Force replaces an archive that was saved before. Without it and Backup that
	// is [artifacts.ErrExists], and so is a folder with files of others, which would
	// be lost.
	Force bool

	// Backup renames what was saved before: NAME.bak, NAME_1.bak and so on.
	Backup bool

	// EmbedLimit is the number of bytes of arrays up to which they are embedded in
	// programs that import the package. With more, programs have to tell the package
	// where the arrays are, by its function Load. 0 means 256 MiB; negative: they are
	// never embedded.
	EmbedLimit int64
}

const defaultEmbedLimit = 256 << 20

// Save writes the archive as a Go package that anyone can import, with nothing but
// the standard library and the packages of the objects' types. In it each object is
// a variable or, unless [Options].Flat was chosen, a function that makes the object
// when it is first called. Arrays of more than [Options].ArrayThreshold elements,
// or 1,000, are files beside it. They are embedded, and read when they are first
// used; a damaged one is a panic then.
//
// What the functions return is the same each time: whoever changes it, changes it
// for the whole program.
//
// Types and functions of the objects have to be exported by packages that can be
// imported.
//
//	dir/NAME/NAME.go            the objects
//	dir/NAME/NAME_arrays.go     where the arrays are
//	dir/NAME/NAME_arrays/*.npy  the arrays
//	dir/NAME/lazyscribe_gen.go  what reads them
//
// With [SaveOptions].InPackage they are in dir. The folder is replaced as a whole,
// and files in an existing package one by one.
func (a *Archive) Save(ctx context.Context, dir string, opts *SaveOptions) error {
	p := newSaving(dir, opts)
	if p.opts.Name == "" && a.opts.SingleItem && len(a.roots) == 1 {
		p.opts.Name = a.roots[0].name
	}
	s, err := a.source(defaultThreshold)
	if err == nil {
		err = s.private
	}
	if err == nil {
		p.text = s.text()
		values := make(map[string]any, len(s.arrays))
		for _, array := range s.arrays {
			p.arrays = append(p.arrays, array.Name)
			values[array.Name] = array.Value
		}
		p.write = func(ctx context.Context, w io.Writer, name string) error {
			return npy.Handler{}.Encode(ctx, w, values[name])
		}
		err = p.save(ctx)
	}
	if err != nil {
		return fmt.Errorf("save archive %q: %w", p.opts.Name, err)
	}
	return nil
}

// Export writes a file of the format "archive" as [Archive.Save] would write what
// is in it. The types of the objects need not be known for that. A file that somebody
// else wrote is code once it is a package: one that says more than archives write is
// refused, see [Vet].
func Export(ctx context.Context, dir string, file *npz.Archive, opts *SaveOptions) error {
	p := newSaving(dir, opts)
	text, err := ReadText(ctx, file)
	if err == nil {
		err = exportable(text)
	}
	if err == nil {
		p.text = text
		p.arrays = file.Names()
		p.write = func(ctx context.Context, w io.Writer, name string) error {
			var array npy.Array
			if err := file.Read(ctx, name, &array); err != nil {
				return err
			}
			return npy.Handler{}.Encode(ctx, w, array)
		}
		err = p.save(ctx)
	}
	if err != nil {
		return fmt.Errorf("export archive %q: %w", p.opts.Name, err)
	}
	return nil
}

// exportable returns an error if no package should be made of a text.
func exportable(text []byte) error {
	private, err := Vet(text)
	if err == nil && private != "" {
		err = fmt.Errorf("%w: no package can import the types of the objects: %s", artifacts.ErrUnsupportedValue, private)
	}
	return err
}

// A saving is the writing of one package.
type saving struct {
	dir    string
	opts   SaveOptions
	text   []byte
	arrays []string
	write  func(ctx context.Context, w io.Writer, array string) error
}

func newSaving(dir string, opts *SaveOptions) *saving {
	p := &saving{dir: dir}
	if opts != nil {
		p.opts = *opts
	}
	if p.opts.EmbedLimit == 0 {
		p.opts.EmbedLimit = defaultEmbedLimit
	}
	return p
}

// save writes everything into a folder that nobody looks at, and moves it to its
// place from there.
func (p *saving) save(ctx context.Context) (err error) {
	if err := p.checkNames(); err != nil {
		return err
	}
	if err := p.admit(); err != nil {
		return err
	}
	if err := os.MkdirAll(p.dir, 0o777); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(p.dir, ".lazyscribe-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	// Other than the folder for the time being, what is in it is for others to read.
	filled := filepath.Join(temp, p.opts.Name)
	if err := os.Mkdir(filled, 0o777); err != nil {
		return err
	}
	if err := p.fill(ctx, filled); err != nil {
		return err
	}
	if p.opts.InPackage == "" {
		return p.place(filled, filepath.Join(p.dir, p.opts.Name))
	}
	for _, name := range p.files() {
		if err := p.place(filepath.Join(filled, name), filepath.Join(p.dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// files are those of an archive in an existing package, what needs the others last.
func (p *saving) files() []string {
	return []string{p.folder(), p.opts.Name + "_arrays.go", helperFile, p.opts.Name + ".go"}
}

// helperFile is the file with the functions that all archives of a package share.
const helperFile = "lazyscribe_gen.go"

// folder is that of the arrays.
func (p *saving) folder() string { return p.opts.Name + "_arrays" }

// pkg is the package that the files are of.
func (p *saving) pkg() string {
	if p.opts.InPackage != "" {
		return p.opts.InPackage
	}
	return p.opts.Name
}

// admit returns an error if something is in the way that may not be replaced.
func (p *saving) admit() error {
	names, first := []string{p.opts.Name}, filepath.Join(p.opts.Name, p.opts.Name+".go")
	if p.opts.InPackage != "" {
		names, first = p.files(), p.opts.Name+".go"
	}
	for _, name := range names {
		base := name
		name = filepath.Join(p.dir, name)
		switch _, err := os.Lstat(name); {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			return err
		case base == helperFile:
			if err := replaceable(name); err != nil {
				return err
			}
		case !p.opts.Backup && !p.opts.Force:
			return fmt.Errorf("%q: %w; Force replaces it and Backup renames it", name, artifacts.ErrExists)
		case !p.opts.Backup:
			if err := replaceable(filepath.Join(p.dir, first)); err != nil {
				return err
			}
			if p.opts.InPackage == "" {
				if err := p.onlyOurs(name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// place moves a file or folder to where it belongs, if there is one now, and what
// was there before out of the way.
func (p *saving) place(from, to string) error {
	if filepath.Base(to) == helperFile {
		return os.Rename(from, to)
	}
	if p.opts.Backup {
		if err := backUp(to); err != nil {
			return err
		}
	} else if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
