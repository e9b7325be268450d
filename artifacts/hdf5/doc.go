// Package hdf5 is the handler of the format "hdf5": named arrays in one file with
// groups, as h5py writes and reads them. A blank import registers it:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/artifacts/hdf5"
//
// The format is that of the HDF5 File Format Specification, version 3.0, to whose
// sections comments refer. It is large; this is the part of it that arrays need.
//
// # Values
//
// A map from strings, or a struct, of values that package npy writes. A struct's
// exported fields are datasets named like the field, or as a tag says; "/" in a
// name makes groups:
//
//	type Layer struct {
//		Weights [][]float32 `hdf5:"layer/weights"`
//		Bias    []float32   `hdf5:"layer/bias"`
//		Notes   string      `hdf5:"-"` // not written
//	}
//
// A value that package npy writes is also one by itself: a file with one dataset,
// "data". The same value gives the same file.
//
// Files are what the library writes unless it is told otherwise (superblock 0,
// groups of the older kind), with elements contiguous, the least significant byte
// first, not compressed. Bools and complex numbers are the enumeration and the
// compound that h5py makes of them.
//
// # Targets
//
// A pointer to a map, which gets all datasets by their paths, or to a struct, which
// gets those it has fields for; no others are read. A field without a dataset is
// [artifacts.ErrTargetType]. A *any gets a map[string]any. Any other target is one
// that package npy has, or of strings, and wants a file of one dataset, whatever its
// name is.
//
// Numbers fit targets as package npy says; enumerations are the integers they name.
// Strings fit strings, and slices and arrays of them nested as deep as the dataset
// has axes, which is also what a *any gets.
//
// [Open] gives the datasets of a file one by one, their rows, and the place of those
// rows in the file.
//
// # What is read
//
// Superblocks 0 to 3; groups of both kinds; contiguous, compact and chunked
// datasets with all indexes of chunks, filters deflate, shuffle and fletcher32, and
// fill values; integers and floats of IEEE 754 in both byte orders, bools, complex
// numbers, enumerations, strings. Attributes are left alone. Anything else
// is refused by its name with an error that is both [errors.ErrUnsupported] and
// [artifacts.ErrTargetType]: other filters, compounds, references, sequences and
// arrays within elements, named datatypes, virtual datasets, data in other files.
// Only what is asked for can be refused: the other datasets of a file do not matter.
//
// # Memory
//
// One dataset after the other is read. It is in memory once; chunks are read in
// bands that are as high as one of them. Before anything is read, the sizes of all
// that is wanted are added up and held against [Handler].MaxSize. Sizes, addresses
// and counts in a file are believed as far as the file has bytes. A file that comes
// from a stream is first copied to a temporary file.
//
// # Concurrency and errors
//
// Handlers are values without state; a [File] and its [Dataset] values can be used
// by several goroutines if what they are read from can. A damaged file is
// [artifacts.ErrCorrupt].
package hdf5
