package project

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	artifactentry "github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/safepath"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// addNeighbours takes in what other manifests in the same folder name: other
// projects, and repositories. Their files are theirs, whatever this manifest
// knows of them.
func (inv *inventory) addNeighbours(ctx context.Context, home *record.Home, files []store.Info) error {
	for _, info := range files {
		data, err := readList(ctx, home.Store, info.Key)
		if err != nil {
			return err
		}
		if data == nil {
			continue
		}
		list, err := parse(data)
		if err != nil {
			inv.blind = info.Key // a manifest, perhaps, that is broken
			continue
		}
		for _, e := range list {
			inv.addNeighbour(home, info.Key, e)
		}
	}
	return nil
}

// addNeighbour takes in one element of a list beside the manifest: a record of
// another project, an entry of a repository, or something else's.
func (inv *inventory) addNeighbour(home *record.Home, key string, e *entry) {
	if e.rec != nil {
		had := len(inv.artifacts)
		inv.add(home, e.rec.Body())
		inv.artifacts = inv.artifacts[:had]
		inv.folders[e.rec.Slug()] = false
		return
	}
	v, err := pyjson.Parse(e.place.Text())
	o, ok := v.(*pyjson.Object)
	switch {
	case err != nil:
		inv.blind = key
	case !ok:
	case has(o, "fname") && has(o, "handler"):
		a, _ := artifactentry.Decode(o)
		if file, err := safepath.Join(home.Manifest, a.Name, a.FileName); err == nil {
			inv.claimed[file] = true
		}
	case has(o, "slug") || has(o, "tests") || has(o, "artifacts") && has(o, "name"):
		inv.blind = key
	}
}

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
	if !bytes.HasPrefix(bytes.TrimLeft(start, " \t\r\n"), []byte("[")) {
		return nil, nil
	}
	return io.ReadAll(r)
}
