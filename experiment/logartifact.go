package experiment

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/safepath"
)

// LogArtifact records a value that is kept in a file of its own, in the format
// registered under alias. The value is encoded when the project is saved, as it
// is then; [artifacts.LogOptions].Now encodes it here. An [io.Reader] is read
// here, once; an [artifacts.Source] is opened at the save.
//
// What shows already that it cannot be saved is refused here:
// [artifacts.ErrUnknownHandler], [artifacts.ErrUnsupportedValue],
// [artifacts.ErrExists] (the name is taken; see Replace),
// [artifacts.ErrUnsafePath] (file name). A refused call changes nothing.
func (l *logbook) LogArtifact(name string, value any, alias string, opts *artifacts.LogOptions) error {
	if err := l.logArtifact(name, value, alias, opts); err != nil {
		return fmt.Errorf("log artifact %q: %w", name, err)
	}
	return nil
}

func (l *logbook) logArtifact(name string, value any, alias string, opts *artifacts.LogOptions) error {
	if opts == nil {
		opts = &artifacts.LogOptions{}
	}
	if err := l.free(name, opts.Replace); err != nil {
		return err
	}
	meta, err := l.describe(name, opts)
	if err != nil {
		return err
	}
	v, err := payload.New(context.Background(), value, alias, l.d.home.Handlers, opts)
	if err != nil {
		return err
	}
	return l.keep(meta, v, opts)
}

// keep adds an artifact, and takes over its value, even if that fails.
func (l *logbook) keep(meta artifacts.Artifact, v *payload.Value, opts *artifacts.LogOptions) error {
	v.Describe(&meta)
	if meta.FileName == "" {
		meta.FileName = entry.FileName(meta, v.Format())
	}
	if err := l.add(record.NewArtifact(meta, v), opts); err != nil {
		_ = v.Close() // only a temporary copy is lost
		return err
	}
	return nil
}

// free checks that the name can be used, before any work is done for it.
func (l *logbook) free(name string, replace bool) error {
	if name == "" {
		return errors.New("the name is empty")
	}
	l.d.mu.Lock()
	defer l.d.mu.Unlock()
	if l.at(name) >= 0 && !replace {
		return fmt.Errorf("%w; choose another name, or ask for it to be replaced", artifacts.ErrExists)
	}
	return nil
}

func (l *logbook) at(name string) int {
	for i, a := range l.artifacts {
		if a.Meta().Name == name {
			return i
		}
	}
	return -1
}

func (l *logbook) describe(name string, opts *artifacts.LogOptions) (artifacts.Artifact, error) {
	meta := artifacts.Artifact{Name: name, FileName: opts.FileName, CreatedAt: pytime.Seconds(l.d.now())}
	if opts.FileName != "" {
		if err := safepath.CheckName(opts.FileName); err != nil {
			return meta, err
		}
	}
	expiry, err := opts.ExpiryAt(meta.CreatedAt)
	if err != nil {
		return meta, err
	}
	meta.Expiry = expiry
	return meta, nil
}

// within reports whether a path is another one or lies below it.
func within(path, other string) bool {
	rest, ok := strings.CutPrefix(path, other)
	return ok && (rest == "" || rest[0] == '/')
}

// add checks under the lock what may have changed meanwhile, and keeps a.
func (l *logbook) add(a *record.Artifact, opts *artifacts.LogOptions) error {
	meta := a.Meta()
	l.d.mu.Lock()
	defer l.d.mu.Unlock()
	key, err := l.d.home.Key(l.d.slug, l.test, meta)
	if err != nil {
		return err
	}
	at := l.at(meta.Name)
	if at >= 0 && !opts.Replace {
		return artifacts.ErrExists
	}
	if opts.FileName != "" {
		for i, other := range l.artifacts {
			taken, err := l.d.home.Key(l.d.slug, l.test, other.Meta())
			if err == nil && i != at && (within(taken, key) || within(key, taken)) {
				return fmt.Errorf("file name %q: %w, as artifact %q or its folder", opts.FileName, artifacts.ErrExists, other.Meta().Name)
			}
		}
	}
	if !l.writable("log artifact", meta.Name) {
		return ErrEnded
	}
	l.opened = append(l.opened, a)
	if at >= 0 {
		l.artifacts[at] = a
	} else {
		l.artifacts = append(l.artifacts, a)
	}
	return nil
}
