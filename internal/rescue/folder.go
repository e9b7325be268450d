package rescue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A Folder is where the values of one manifest are kept.
type Folder struct {
	Store    *store.Store
	Manifest string // key
}

func (f Folder) prefix() string { return f.Manifest + ".d/rescue/" }

// idForm is that of an ID: a UUID as it is usually written.
const idForm = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`

// They are compiled when they are needed: that takes long.
var (
	anID   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^` + idForm + `$`) })
	anyKey = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|/)[^/]+\.d/rescue/` + idForm + `$`) })
)

// IsKey reports whether a key is that of a file with a value, of any manifest.
func IsKey(key string) bool { return anyKey().MatchString(key) }

// Key returns the key of the file with an ID of List.
func (f Folder) Key(id string) string { return f.prefix() + id }

// key is Key for an ID that may be anything.
func (f Folder) key(id string) (string, error) {
	if !anID().MatchString(id) {
		return "", fmt.Errorf("rescued value %q: %w: want a UUID", id, artifacts.ErrNotFound)
	}
	return f.Key(id), nil
}

// Keep writes a value to a file of its own, with what is known about it, and
// returns the file's ID. With [artifacts.ErrOutcomeUnknown] there may be a file.
func (f Folder) Keep(ctx context.Context, about artifacts.Rescued, v *payload.Value) (id string, err error) {
	about.Settings = v.Settings()
	head, err := encode(&about)
	if err != nil {
		return "", err
	}
	id = uuid.NewString()
	// A goroutine of its own: a handler may end the one it runs on.
	err = errExited
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = f.create(ctx, id, head, v)
	}()
	<-done
	return id, err
}

// errExited: runtime.Goexit was called, which a test's FailNow does too.
var errExited = errors.New("its handler ended the goroutine")

// Remove removes a file. One that is not there is [artifacts.ErrNotFound].
func (f Folder) Remove(ctx context.Context, id string) error {
	key, err := f.key(id)
	if err != nil {
		return err
	}
	return f.Store.Remove(ctx, key)
}

// List describes what is kept, in the order in which it was. A file that cannot
// be read is listed with the reason.
func (f Folder) List(ctx context.Context) ([]artifacts.Rescued, error) {
	var list []artifacts.Rescued
	for info, err := range f.Store.List(ctx, f.prefix()) {
		if err != nil {
			return nil, err
		}
		id := strings.TrimPrefix(info.Key, f.prefix())
		if !anID().MatchString(id) {
			continue
		}
		about, err := f.describe(ctx, id)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, artifacts.ErrNotFound): // it went while the list was made
			continue
		case err != nil:
			about = artifacts.Rescued{ID: id, URL: f.Store.URL(info.Key), Err: err}
		}
		list = append(list, about)
	}
	slices.SortFunc(list, func(a, b artifacts.Rescued) int {
		return cmp.Or(a.RescuedAt.Compare(b.RescuedAt), strings.Compare(a.ID, b.ID))
	})
	return list, nil
}

func (f Folder) describe(ctx context.Context, id string) (artifacts.Rescued, error) {
	file, err := f.Open(ctx, id)
	if err != nil {
		return artifacts.Rescued{}, err
	}
	return file.About, file.Close()
}
