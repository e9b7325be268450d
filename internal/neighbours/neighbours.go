// Package neighbours finds what other manifests in the same folder name. Several
// projects and repositories may share a folder; what one of them no longer needs
// may be a file of another.
package neighbours

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/safepath"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Claims are what manifests beside one name.
type Claims struct {
	Keys  map[string]bool // of files
	Slugs []string        // of experiments; what is in their folders is theirs
	Blind string          // a manifest that may name files nobody knows of; "" without one
}

// Find reads those of the files beside a manifest that are manifests too: of
// other projects, and of repositories. Their files are theirs, whatever this
// manifest knows of them. folders are those beside it, with a slash behind each:
// some hold segments of these manifests.
func Find(ctx context.Context, home *record.Home, beside []store.Info, folders []string) (*Claims, error) {
	c := &Claims{Keys: map[string]bool{}}
	manifests := map[string]bool{}
	for _, info := range beside {
		manifests[info.Key] = true
	}
	// Segments first: what has left them by then is in the manifest, which the
	// fold may just have made.
	for _, folder := range folders {
		of, ok := segment.ManifestOf(folder)
		if !ok || of == home.Manifest {
			continue
		}
		manifests[of] = true
		if err := c.addSegments(ctx, home, of); err != nil {
			return nil, err
		}
	}
	for key := range manifests {
		if err := c.addManifest(ctx, home, key); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// addManifest takes in what a file names, if it is a manifest and still there.
func (c *Claims) addManifest(ctx context.Context, home *record.Home, key string) error {
	data, err := readList(ctx, home.Store, key)
	if err != nil || data == nil || !opensList(data) && pyjson.Valid(data) != nil {
		return err
	}
	err = pyjson.Split(data, record.Keys, func(r *pyjson.Record) error {
		c.add(home, key, data, r)
		return nil
	})
	if err != nil {
		c.Blind = key // a manifest, perhaps, that is broken
	}
	return nil
}

// addSegments takes in the segments of another manifest.
func (c *Claims) addSegments(ctx context.Context, home *record.Home, of string) error {
	set, err := segment.Read(ctx, home.Store, of, nil)
	if err != nil {
		return err
	}
	for _, r := range set.Records() {
		c.addRecord(home, r.Body())
	}
	for _, broken := range set.Broken().All() {
		c.Blind = broken.Key
	}
	return nil
}

// add takes in one element of a list: a record of another project, an entry of a
// repository, or something else's.
func (c *Claims) add(home *record.Home, key string, data []byte, at *pyjson.Record) {
	var rec record.Record
	if record.FromText(&rec, new(record.Spans), data, at) == nil {
		c.addRecord(home, rec.Body())
		return
	}
	v, err := pyjson.Parse(data[at.Start:at.End])
	o, ok := v.(*pyjson.Object)
	switch {
	case err != nil:
		c.Blind = key
	case !ok:
	case has(o, "fname") && has(o, "handler"):
		a, _ := entry.Decode(o)
		if file, err := safepath.Join(home.Manifest, a.Name, a.FileName); err == nil {
			c.Keys[file] = true
		}
	case has(o, "slug") || has(o, "tests") || has(o, "artifacts") && has(o, "name"):
		c.Blind = key
	}
}

func (c *Claims) addRecord(home *record.Home, body *record.Body) {
	c.Slugs = append(c.Slugs, body.Slug)
	body.AllArtifacts(func(t *record.Test, a *record.Artifact) {
		if file, err := home.Key(body.Slug, t, a.Meta()); err == nil {
			c.Keys[file] = true
		}
	})
}

// opensList reports whether a text begins as a list of objects does. Others that
// begin with a bracket, such as a TOML file with a table, are no manifests that
// broke.
func opensList(text []byte) bool {
	rest := bytes.TrimLeft(text, blanks)[1:]
	rest = bytes.TrimLeft(rest, blanks)
	return len(rest) == 0 || rest[0] == '{' || rest[0] == ']'
}

const blanks = " \t\r\n" // of JSON

func has(o *pyjson.Object, key string) bool {
	_, ok := o.Get(key)
	return ok
}

// readList reads a file that may be a manifest, one whose first character opens
// a list; nil for any other, of which no more than a little is read.
func readList(ctx context.Context, s *store.Store, key string) (data []byte, err error) {
	f, err := s.Open(ctx, key)
	if errors.Is(err, artifacts.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := bufio.NewReader(payload.Cancelable(ctx, f))
	start, err := r.Peek(64)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if !bytes.HasPrefix(bytes.TrimLeft(start, blanks), []byte("[")) {
		return nil, nil
	}
	return io.ReadAll(r)
}
