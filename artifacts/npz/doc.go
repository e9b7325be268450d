// Package npz is the handler of the format "npz": named arrays, each an npy file,
// in one zip file, as numpy.savez and numpy.savez_compressed write them. A blank
// import registers it, and the handler of "npy" with it:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/artifacts/npz"
//
// # Values
//
// A map from strings, or a struct, of values that package npy writes. A struct's
// exported fields are arrays named like the field, or as a tag says:
//
//	type Layer struct {
//		Weights [][]float32 `npz:"weights"`
//		Bias    []float32   `npz:"bias"`
//		Notes   string      `npz:"-"` // not written
//	}
//
// The same value gives the same file: maps are written in the order of their
// keys, and no time is recorded.
//
// # Targets
//
// A pointer to a map, which gets all arrays, or to a struct, which gets those it
// has fields for; no others are read. A field without an array is
// [artifacts.ErrTargetType]. A *any gets a map[string]any with an [npy.Array] of
// each. [Handler.Open] reads single arrays of a file. Members whose names do not
// end in ".npy" are no arrays and are left alone, see [Archive.ReadOther].
//
// # Memory
//
// One array after the other is read. What the members say of their sizes is added
// up before the first is, and held against [Handler].MaxSize; a member that turns
// out longer than it says is damaged. A file that comes from a stream is first
// copied to a temporary file, because its directory is at its end.
//
// # Concurrency and errors
//
// Handlers are values without state, and an [Archive] can be read by several
// goroutines if what it reads from can. A damaged file is [artifacts.ErrCorrupt].
package npz
