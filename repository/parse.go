package repository

import (
	"errors"
	"fmt"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	metadata "github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/slab"
)

// parse splits the text of a manifest into entries. Those that cannot be read
// have an error; a text that is not a list of anything is an error of parse.
func parse(data []byte) ([]*entry, error) {
	buf := manifest.Whole(data)
	var list []*entry
	var entries slab.Of[entry]
	var reader metadata.Reader
	err := pyjson.Split(data, metadata.Keys, func(r *pyjson.Record) error {
		e := entries.Next()
		e.place = buf.Element(r.Start, r.End)
		var plain bool
		switch e.meta, plain = reader.Plain(data, r); {
		case plain:
		case r.Err != nil:
			e.err = r.Err
		default:
			e.meta, e.err = decode(e.place.Text())
		}
		list = append(list, e)
		return nil
	})
	return list, err
}

// decode reads one element of a manifest. With an error, what could be read is
// returned.
func decode(text []byte) (artifacts.Artifact, error) {
	o, err := parseObject(text)
	if err != nil {
		return artifacts.Artifact{}, err
	}
	return metadata.Decode(o)
}

func parseObject(text []byte) (*pyjson.Object, error) {
	tree, err := pyjson.Parse(text)
	if syntax := (*pyjson.SyntaxError)(nil); errors.As(err, &syntax) {
		return nil, errors.New(syntax.Msg) // its place is one in this element, not in the file
	}
	o, ok := tree.(*pyjson.Object)
	if !ok {
		return nil, errors.New("want an object")
	}
	return o, nil
}

var manifestFormat = pyjson.Format{Indent: manifest.Indent, Level: 1, SortKeys: true}

// changeable are the keys of an entry that can change once it is in a manifest.
var changeable = []string{"expiry", "purged_at", "sha256", "size"}

// encode appends the text of an entry whose metadata is meta. was is the text it
// had in the manifest, nil for a new one: what this session does not change is
// taken from there.
func encode(dst []byte, meta artifacts.Artifact, was []byte) ([]byte, error) {
	o, err := metadata.Encode(meta)
	if err == nil && was != nil {
		var kept *pyjson.Object
		if kept, err = parseObject(was); err == nil {
			for _, key := range changeable {
				if v, ok := o.Get(key); ok {
					kept.Set(key, v)
				}
			}
			o = kept
		}
	}
	if err != nil {
		return nil, fmt.Errorf("version %d of artifact %q: %w", meta.Version, meta.Name, err)
	}
	return pyjson.Append(dst, o, &manifestFormat)
}

// pythonKeys are the keys of an entry that survive a save by Python.
// python_version is left out: Python adds it to pickles that lack it.
var pythonKeys = []string{"created_at", "expiry", "fname", "handler", "name", "version"}

// equal reports whether two texts of an entry say the same: it looks past how
// they are spelled and past the keys that Python drops when it saves.
func equal(a, b []byte) bool {
	oa, errA := parseObject(a)
	ob, errB := parseObject(b)
	return errA == nil && errB == nil && !slices.ContainsFunc(pythonKeys, func(key string) bool {
		va, okA := oa.Get(key)
		vb, okB := ob.Get(key)
		return okA != okB || !pyjson.Equal(va, vb)
	})
}
