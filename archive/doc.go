// Package archive writes graphs of Go values as Go source, and makes the same
// graphs of it again: what was one object that others share is one object
// afterwards. Long arrays are kept outside of the text, in files that numpy reads.
//
//	a := archive.New(nil)
//	err := a.Insert("net", net)
//	text, err := a.Text()
//	...
//	objects, err := archive.Restore(ctx, text, nil)
//	net, err := archive.Get[*Net](objects, "net")
//
// The text is for people to read, compare and mend. [Archive.Save] writes it as a
// package that any program can import without this module. As a [Handler], the
// package is the format "archive" of artifacts, for values that no other format is
// made for:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/archive"
//
// # What is kept
//
// Numbers (also NaN, the infinities and -0), bools, strings, structs, arrays,
// slices, maps, pointers, interfaces and what is in them; named and generic types;
// functions that were registered; times with the offset of their zone.
//
// Two references to one object are two references to one object again: that is so
// of pointers, of maps, and of slices that begin at the same element and have the
// same length, if both are of one type. What Go shares beyond that comes back as
// copies: slices that overlap, pointers to fields and elements, and references of
// types that were converted. [Options].StrictAlias refuses it.
// Slices come back without room beyond their length that others could see.
//
// References must not form a cycle, as a declaration in Go cannot refer to itself:
// [CycleError]. Channels, unsafe pointers and uintptrs cannot be written at all.
//
// A struct is written by its exported fields. One with other fields has to be
// [Archivable], or have the methods of encoding.TextMarshaler, json.Marshaler or
// encoding.BinaryMarshaler (in this order) and of their counterparts; those are
// used as well where all fields are exported. A field with the tag
// lazyscribe:"-" is left out.
//
// # What can be restored
//
// The types that a text mentions have to be known, see [RegisterType], except these
// of the standard library: those of Go itself, error, time.Time, Duration, Month
// and Weekday, big.Int, Rat and Float, netip.Addr, AddrPort and Prefix, url.URL and
// Values, json.Number and RawMessage. No code in a text is run but calls of
// functions that were registered.
//
// # Concurrency
//
// An [Archive] is for one goroutine at a time. [Types], [Objects] and [Handler] are
// safe for concurrent use. What is restored shares no memory with the text.
//
// # Errors
//
// A value that cannot be written is [artifacts.ErrUnsupportedValue] with the path
// to it ([PathError], [CycleError]); what is wrong in a text has its line and
// column ([TextError]).
package archive
