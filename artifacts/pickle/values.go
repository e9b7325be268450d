package pickle

import (
	"errors"
	"iter"
	"reflect"
)

// ErrNotPlain says that a pickle holds something else than plain data. The
// message names it: module and class where it has them.
var ErrNotPlain = errors.New("not plain data")

// The types of values that Go has no own type for. They are written as they are
// read.
type (
	// A Tuple is a tuple.
	Tuple []any

	// A Set is a set. Its elements come in the order of the file, which has no
	// meaning.
	Set []any

	// A FrozenSet is a frozenset, else like Set.
	FrozenSet []any

	// A ByteArray is a bytearray.
	ByteArray []byte

	// A Dict is a dict in its order, with keys of any hashable type.
	Dict []Item

	// An Item is a key of a [Dict] with its value.
	Item struct{ Key, Value any }

	// A Decimal is a decimal.Decimal: the text that Python's str gives.
	Decimal string
)

// Get returns the value of the first item with the key, which is compared by
// [reflect.DeepEqual]: keys are values as they are read, so 1 is int64(1).
func (d Dict) Get(key any) (value any, ok bool) {
	for _, item := range d {
		if reflect.DeepEqual(item.Key, key) {
			return item.Value, true
		}
	}
	return nil, false
}

// All returns the items in order.
func (d Dict) All() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		for _, item := range d {
			if !yield(item.Key, item.Value) {
				return
			}
		}
	}
}
