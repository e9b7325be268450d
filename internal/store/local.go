package store

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/internal/store/dirblob"
)

// local is a folder of the local disk. A manifest that is a link has its own
// folder, with its lock and its segments; all else is beside the link.
type local struct {
	typed    string // the folder as the user gave it
	files    side
	manifest string // key of the manifest
	target   string // its name in the folder of manifests
	linked   *side  // that folder; nil when it is not another one
}

// side is a folder and the same folder as a bucket.
type side struct {
	dir     *dirblob.Dir
	objects objects
}

func newSide(path string, o *Options) side {
	dir := dirblob.New(path, &dirblob.Options{
		NoSync:             o.NoSync,
		AllowLinks:         o.AllowLinks,
		AssumeSingleWriter: o.AssumeSingleWriter,
		Fault:              o.Fault,
		Logger:             o.Logger,
	})
	return side{dir, objects{bucket: dir.Bucket()}}
}

// segments is what follows a manifest's key in those of its segments.
const segments = ".d/"

// route returns where a key really is.
func (l *local) route(key string) (side, string) {
	if l.linked == nil || !l.moved(key) {
		return l.files, key
	}
	return *l.linked, l.target + strings.TrimPrefix(key, l.manifest)
}

// moved reports whether a key is of the manifest or one of its segments.
func (l *local) moved(key string) bool {
	return key == l.manifest || strings.HasPrefix(key, l.manifest+segments)
}

func (l *local) url(key string) string { return filepath.Join(l.typed, filepath.FromSlash(key)) }

// where names the storage by nothing: there is one local disk.
func (l *local) where(key string) (any, string) { return nil, l.url(key) }

func (l *local) locks() bool     { return true }
func (l *local) unguarded() bool { return false }

func (l *local) close() error {
	err := l.files.dir.Close()
	if l.linked != nil {
		err = errors.Join(err, l.linked.dir.Close())
	}
	return err
}

func (l *local) open(_ context.Context, key string) (File, error) {
	at, key := l.route(key)
	f, err := at.dir.Open(key)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (l *local) stat(ctx context.Context, key string) (Info, error) {
	at, name := l.route(key)
	info, err := at.objects.stat(ctx, name)
	info.Key = key
	return info, err
}

func (l *local) create(ctx context.Context, key, _ string) (pending, error) {
	at, key := l.route(key)
	return at.objects.create(ctx, key, anyMedia)
}

func (l *local) replace(ctx context.Context, key, _ string) (pending, error) {
	at, key := l.route(key)
	return at.objects.replace(ctx, key, anyMedia)
}

func (l *local) move(_ context.Context, dst, src string) error {
	to, dst := l.route(dst)
	from, src := l.route(src)
	if to.dir != from.dir {
		return errors.ErrUnsupported
	}
	return to.dir.Move(dst, src)
}

func (l *local) remove(_ context.Context, key string) error {
	at, key := l.route(key)
	return at.dir.Remove(key)
}

func (l *local) list(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for e, err := range l.files.dir.List(ctx, prefix) {
			if l.linked != nil && l.moved(e.Name) {
				continue // what the link hides
			}
			if !yield(entryInfo(e, e.Name), err) {
				return
			}
		}
		if l.linked == nil {
			return
		}
		for e, err := range l.linked.dir.List(ctx, l.target) {
			rest := strings.TrimPrefix(e.Name, l.target)
			key := l.manifest + rest
			if err == nil && (rest != "" && !strings.HasPrefix(rest, segments) || !strings.HasPrefix(key, prefix)) {
				continue
			}
			if !yield(entryInfo(e, key), err) {
				return
			}
		}
	}
}

func (l *local) folder(ctx context.Context, dir string) iter.Seq2[Info, error] {
	at, name := l.route(dir)
	return func(yield func(Info, error) bool) {
		for info, err := range at.objects.folder(ctx, name) {
			info.Key = dir + strings.TrimPrefix(info.Key, name)
			if !yield(info, err) {
				return
			}
		}
	}
}

func entryInfo(e dirblob.Entry, key string) Info {
	if e.Info == nil {
		return Info{}
	}
	return Info{Key: key, Size: e.Info.Size(), ModTime: e.Info.ModTime()}
}

// leftovers yields hidden files: all below the store's folder, and those in a
// linked manifest's folder, where what is below it belongs to others.
func (l *local) leftovers(ctx context.Context) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for e, err := range l.files.dir.Temps(ctx, "") {
			if !yield(entryInfo(e, e.Name), err) {
				return
			}
		}
		if l.linked == nil {
			return
		}
		for e, err := range l.linked.dir.Temps(ctx, dirblob.TempPrefix) {
			if !yield(entryInfo(e, e.Name), err) {
				return
			}
		}
		for e, err := range l.linked.dir.Temps(ctx, l.target+segments) {
			if !yield(entryInfo(e, l.manifest+strings.TrimPrefix(e.Name, l.target)), err) {
				return
			}
		}
	}
}

func (l *local) removeLeftover(_ context.Context, key string) error {
	at, name := l.route(key)
	err := at.dir.RemoveTemp(name)
	if l.linked != nil && errors.Is(err, fs.ErrNotExist) {
		return l.linked.dir.RemoveTemp(name)
	}
	return err
}
