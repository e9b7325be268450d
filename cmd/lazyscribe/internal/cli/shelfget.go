package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

func (a *app) shelfGetCommand() *cobra.Command {
	digest := ""
	out := &outOptions{}
	cmd := &cobra.Command{
		Use:   "get URL",
		Short: "Copy a value's file, or files, as they are",
		Long: `Copy the file of a value as it is, to standard output or with -O to a file, or its
several files to a new folder. They are compared with the manifest on the way,
and are there only when all of them were found right. In a folder that is there
they get the name they have in the URL.`,
		Example: `  lazyscribe shelf get models/best.json
  lazyscribe shelf get models/novel -O novel`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o := &shelf.GetOptions{Digest: digest}
			m, err := a.shelf().Stat(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if m.Several {
				return shelfHint(a.getFolder(cmd.Context(), args[0], m, out, o))
			}
			x := artifacts.Artifact{Name: m.Files[0].Name, Handler: m.Handler, FileName: m.Files[0].Name, Size: m.Size()}
			return shelfHint(a.copyOut(cmd.Context(), x, out, func(ctx context.Context) (io.ReadCloser, error) {
				return a.openValue(ctx, args[0], o), nil
			}))
		},
	}
	out.register(cmd, fileOrFolder)
	cmd.Flags().StringVar(&digest, "digest", "", "what its `digest` has to be")
	return cmd
}

// shelfHint adds what to do next.
func shelfHint(err error) error {
	if errors.Is(err, artifacts.ErrCorrupt) {
		return withHint(err, "lazyscribe shelf stat shows what it has to be; a new put mends it")
	}
	return err
}

// files is a codec that copies the files of a value, whatever they are.
type files struct {
	several bool
	copy    func(ctx context.Context, in shelf.In) error
}

func (f files) Type() reflect.Type       { return reflect.TypeFor[any]() }
func (f files) Format() artifacts.Format { return artifacts.Format{Alias: "files", Binary: true} }
func (f files) Several() bool            { return f.several }

func (f files) Encode(context.Context, shelf.Out, any) error { return errors.ErrUnsupported }

func (f files) Decode(ctx context.Context, in shelf.In, _ any) error { return f.copy(ctx, in) }

// openValue returns the bytes of a value of one file, which end with an error if
// they are not what they should be.
func (a *app) openValue(ctx context.Context, url string, o *shelf.GetOptions) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		err := a.shelf().GetWith(ctx, url, files{false, func(_ context.Context, in shelf.In) error {
			return copyFile(w, in, in.Names()[0])
		}}, w, o)
		w.CloseWithError(err) // nil is the end
	}()
	return r
}

// copyFile copies a file of a value.
func copyFile(w io.Writer, in shelf.In, name string) error {
	f, err := in.Open(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(struct{ io.Writer }{w}, f)
	return errors.Join(err, f.Close())
}

// getFolder copies the files of a value into a new folder, which has its name once
// all are there.
func (a *app) getFolder(ctx context.Context, url string, m *shelf.Manifest, out *outOptions, o *shelf.GetOptions) (err error) {
	if out.out == standardOutput {
		return withHint(usagef("%s: it is %s", a.command(), plural(len(m.Files), "file")), "-O FOLDER copies them")
	}
	name := out.out
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		name = filepath.Join(name, lastName(url))
	}
	if _, err := os.Lstat(name); err == nil {
		return fmt.Errorf("make folder %q: %w", name, artifacts.ErrExists)
	}
	temp := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text()[:8]+".tmp")
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temp))
		}
	}()
	bar := a.progress("getting")
	defer bar.end()
	bar.add(0, m.Size())
	err = a.shelf().GetWith(ctx, url, files{true, func(_ context.Context, in shelf.In) error {
		if err := os.RemoveAll(temp); err != nil { // of a get that began again
			return err
		}
		return copyFolder(temp, in, bar)
	}}, nil, o)
	if err != nil {
		return err
	}
	return os.Rename(temp, name)
}

// lastName is the name that a value has in its URL, without the parameters, which
// may be secret.
func lastName(url string) string {
	if strings.Contains(url, "://") {
		url, _, _ = strings.Cut(url, "?")
	}
	return filepath.Base(filepath.FromSlash(url))
}

func copyFolder(dir string, in shelf.In, bar *progress) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range in.Names() {
		path := filepath.FromSlash(name)
		if err := root.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		f, err := root.Create(path)
		if err != nil {
			return err
		}
		if err := errors.Join(copyFile(f, in, name), f.Close()); err != nil {
			return err
		}
		if info, err := root.Stat(path); err == nil {
			bar.add(info.Size(), 0)
		}
	}
	return nil
}
