package main

import (
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/archive"
)

// A smallObject is one of many that share a few others.
type smallObject struct {
	ID   int
	Name string
	X    float64
	Kind *objectKind
}

type objectKind struct{ Name string }

// A listElement is nested as deeply as its list is long.
type listElement struct {
	Next  *listElement
	Value int
}

func smallObjects(n int) []*smallObject {
	kinds := make([]*objectKind, 100)
	for i := range kinds {
		kinds[i] = &objectKind{"kind" + strconv.Itoa(i)}
	}
	list := make([]*smallObject, n)
	for i := range list {
		list[i] = &smallObject{i, "row" + strconv.Itoa(i), float64(i) / 3, kinds[i%len(kinds)]}
	}
	return list
}

func longList(n int) *listElement {
	var first *listElement
	for i := range n {
		first = &listElement{first, i}
	}
	return first
}

const gobLoses = "encoding/gob, which does not keep what is shared"

// archiveObjects writes many objects as text.
func (e *env) archiveObjects(n int) *row {
	r := e.archiveWrite(fmt.Sprintf("archive-write-%d", n), fmt.Sprintf("write %d small objects as Go text", n), func() any { return smallObjects(n) })
	r.sides[python] = e.byPersist(n, "archive_write")
	return r
}

// archiveList writes a long list.
func (e *env) archiveList(n int) *row {
	r := e.archiveWrite(fmt.Sprintf("archive-list-%d", n), fmt.Sprintf("write a list of %d as Go text", n), func() any { return longList(n) })
	r.limit, r.sides[limit] = "", nil
	r.note = "gob goes down a list by recursion: it is not asked to."
	return r
}

func (e *env) archiveWrite(key, work string, value func() any) *row {
	var v any
	r := &row{key: key, work: work, limit: gobLoses, note: "Python's is persist 3.2.1, in its scoped form, which is its faster one.",
		ready: func(context.Context) error { v = value(); return nil },
		done:  func() error { v = nil; return nil }, // what is alive slows other rows down: they would collect garbage around it
	}
	r.sides[ours] = func(context.Context) (float64, error) {
		return timed(func() error {
			_, err := archiveText(v)
			return err
		})
	}
	r.sides[limit] = func(context.Context) (float64, error) {
		return timed(func() error { return gob.NewEncoder(io.Discard).Encode(v) })
	}
	return r
}

func archiveText(v any) ([]byte, error) {
	a := archive.New(nil)
	if err := a.Insert("v", v); err != nil {
		return nil, err
	}
	return a.Text()
}

// archiveRestore makes many objects again.
func (e *env) archiveRestore(n int) *row {
	var text []byte
	var encoded strings.Builder
	types := new(archive.Types).With(reflect.TypeFor[smallObject]())
	r := &row{
		key: fmt.Sprintf("archive-restore-%d", n), work: fmt.Sprintf("restore %d small objects from Go text", n), limit: gobLoses,
		ready: func(context.Context) (err error) {
			list := smallObjects(n)
			if text, err = archiveText(list); err != nil {
				return err
			}
			encoded.Reset()
			return gob.NewEncoder(&encoded).Encode(list)
		},
		done: func() error { text = nil; encoded.Reset(); return nil },
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		return timed(func() error {
			_, err := archive.Restore(ctx, text, &archive.RestoreOptions{Types: types})
			return err
		})
	}
	r.sides[python] = e.byPersist(n, "archive_restore")
	r.sides[limit] = func(context.Context) (float64, error) {
		return timed(func() error {
			var list []*smallObject
			return gob.NewDecoder(strings.NewReader(encoded.String())).Decode(&list)
		})
	}
	return r
}

// persistMost is the number of objects that Python is given: it takes 0.3 ms for
// each, and much more in its other form.
const persistMost = 1000

// byPersist returns the side of Python's package persist.
func (e *env) byPersist(n int, work string) side {
	if n > persistMost {
		return nil
	}
	return e.by(python, func() request { return request{Work: work, N: n} })
}
