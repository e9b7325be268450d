package record

import (
	"bytes"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// Equal reports whether two records say the same: it looks past how numbers are
// spelled, past the order of keys, and past the keys of artifacts that Python
// drops when it saves. Records that are not in a file yet equal only themselves.
func Equal(a, b *Record) bool {
	if a == b {
		return true
	}
	if a.text == nil || b.text == nil {
		return false
	}
	if bytes.Equal(a.text, b.text) {
		return true
	}
	ta, errA := pyjson.Parse(a.text)
	tb, errB := pyjson.Parse(b.text)
	return errA == nil && errB == nil && pyjson.Equal(dropLocal(ta), dropLocal(tb))
}

// pythonArtifactKeys are the keys of an artifact that survive a save by Python.
// python_version is left out: Python adds it to pickles that lack it.
var pythonArtifactKeys = keySet("created_at", "expiry", "fname", "handler", "name", "version")

// dropLocal removes, in place, what Python would not keep of a record's artifacts.
func dropLocal(tree any) any {
	o, ok := tree.(*pyjson.Object)
	if !ok {
		return tree
	}
	dropArtifactKeys(o)
	if v, ok := o.Get("tests"); ok {
		tests, _ := v.([]any)
		for _, t := range tests {
			if t, ok := t.(*pyjson.Object); ok {
				dropArtifactKeys(t)
			}
		}
	}
	return tree
}

func dropArtifactKeys(o *pyjson.Object) {
	v, _ := o.Get("artifacts")
	list, _ := v.([]any)
	for _, item := range list {
		a, ok := item.(*pyjson.Object)
		if !ok {
			continue
		}
		for _, key := range a.Keys() {
			if !pythonArtifactKeys[key] {
				a.Delete(key)
			}
		}
	}
}
