package pyjson

import (
	"iter"
	"slices"
)

// indexFrom is the size from which an Object keeps an index of its keys;
// below, looking at each key is faster than hashing.
const indexFrom = 16

// An Object is a JSON object. It keeps its keys in the order they came; as in
// a Python dict, a key set again keeps its first place and takes the new
// value. The zero Object is empty and ready to use. Reading a nil *Object is
// reading an empty one.
type Object struct {
	keys   []string
	values []any
	places map[string]int // key to place; nil while the object is small
}

// NewObject returns an empty Object.
func NewObject() *Object { return &Object{} }

// objectOf returns an empty Object with room for n keys.
func objectOf(n int) *Object {
	return &Object{keys: make([]string, 0, n), values: make([]any, 0, n)}
}

// newObject makes an Object of keys and values that may repeat keys. It takes
// over the slices.
func newObject(keys []string, values []any) *Object {
	o := &Object{keys: keys[:0], values: values[:0]}
	for i, key := range keys {
		o.Set(key, values[i])
	}
	return o
}

// Len returns the number of keys.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.keys)
}

// Get returns the value of key and whether there is one.
func (o *Object) Get(key string) (any, bool) {
	if i := o.place(key); i >= 0 {
		return o.values[i], true
	}
	return nil, false
}

// Set gives key a value. A new key comes last.
func (o *Object) Set(key string, value any) {
	if i := o.place(key); i >= 0 {
		o.values[i] = value
		return
	}
	o.keys = append(o.keys, key)
	o.values = append(o.values, value)
	if o.places != nil {
		o.places[key] = len(o.keys) - 1
	} else if len(o.keys) >= indexFrom {
		o.index()
	}
}

// Delete removes key and reports whether it was there.
func (o *Object) Delete(key string) bool {
	i := o.place(key)
	if i < 0 {
		return false
	}
	o.keys = slices.Delete(o.keys, i, i+1)
	o.values = slices.Delete(o.values, i, i+1)
	o.places = nil
	if len(o.keys) >= indexFrom {
		o.index()
	}
	return true
}

// Keys returns a copy of the keys in order.
func (o *Object) Keys() []string {
	if o == nil {
		return nil
	}
	return slices.Clone(o.keys)
}

// All returns the keys and values in order. The object must not be changed
// meanwhile, other than by setting keys it already has.
func (o *Object) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i := range o.Len() {
			if !yield(o.keys[i], o.values[i]) {
				return
			}
		}
	}
}

func (o *Object) place(key string) int {
	if o == nil {
		return -1
	}
	if o.places == nil {
		return slices.Index(o.keys, key)
	}
	if i, ok := o.places[key]; ok {
		return i
	}
	return -1
}

func (o *Object) index() {
	o.places = make(map[string]int, 2*len(o.keys))
	for i, key := range o.keys {
		o.places[key] = i
	}
}
