package pyjson

import (
	"bytes"
	"fmt"
)

// maxKeys bounds the keys whose places [Split] can note.
const maxKeys = 32

// Keys are the names of the keys whose values [Split] is to find in each
// record. A nil *Keys has none. Keys do not change and may be shared.
type Keys struct {
	names []string
	// A table of chains by hash: first[h] and then next[k] are places in names
	// plus one, 0 ends the chain.
	first [64]uint8
	next  [maxKeys]uint8
}

// NewKeys returns the keys with the given names; a value's place in
// Record.Values is that of its name here. It panics when there are more than
// 32 names or one comes twice, as both are mistakes in the program.
func NewKeys(names ...string) *Keys {
	if len(names) > maxKeys {
		panic(fmt.Sprintf("pyjson: %d keys, at most %d are possible", len(names), maxKeys))
	}
	k := &Keys{names: append([]string(nil), names...)}
	for i, name := range names {
		if k.lookup([]byte(name)) >= 0 {
			panic(fmt.Sprintf("pyjson: key %q comes twice", name))
		}
		h := hashKey([]byte(name))
		k.next[i] = k.first[h]
		k.first[h] = uint8(i + 1)
	}
	return k
}

// Len returns the number of names.
func (k *Keys) Len() int {
	if k == nil {
		return 0
	}
	return len(k.names)
}

// find returns the place of a key as it stands between its quotes, or -1.
func (k *Keys) find(quoted []byte) int {
	if k == nil {
		return -1
	}
	if bytes.IndexByte(quoted, '\\') >= 0 {
		quoted = []byte(unquote(string(quoted)))
	}
	return k.lookup(quoted)
}

func (k *Keys) lookup(name []byte) int {
	for i := k.first[hashKey(name)]; i != 0; i = k.next[i-1] {
		if k.names[i-1] == string(name) {
			return int(i - 1)
		}
	}
	return -1
}

// hashKey spreads the few short names of a record; collisions cost a
// comparison.
func hashKey(name []byte) byte {
	n := len(name)
	if n == 0 {
		return 0
	}
	return (byte(n) + 7*name[0] + 31*name[n/2] + 3*name[n-1]) % 64
}
