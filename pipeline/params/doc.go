// Package params gives parameters one canonical text, and a step of a pipeline
// one hash: of its name, its version, its parameters and the hashes of the steps
// it depends on. Equal parameters have equal texts in any process, on any
// machine and in any release; PARAMS.md at the root of the module specifies text
// and hash, so that programs in other languages compute the same.
//
// The text is JSON as RFC 8785 has it, with escapes for what JSON cannot say:
// NaN, integers past 2^53, bytes. Whatever cannot be told apart safely is an
// [*Error] with the place, never a guess: functions, channels, values that
// contain themselves, structs without exported fields.
//
// # Fields
//
// Exported fields of structs are parameters, under the name in the tag
// "lazyscribe", or else in "json", or else of the field. Fields of embedded
// structs count as the struct's own. The tag's options are:
//
//	`lazyscribe:"name,default=100"`  not hashed while it has this value, so that a
//	                                 field can be added without a new hash
//	`lazyscribe:",nohash"`           never hashed, but kept in the record
//	`lazyscribe:"-"`                 no parameter
//
// default is the last option and takes the rest of the tag. It is the text
// itself for strings, durations, times and what marshals itself as text; JSON
// for everything else.
//
// # Types
//
// A [Canonicaler] says itself what stands for it. Then come [time.Time] (the
// instant, in UTC), [time.Duration] ("1m30s"), [math/big.Int], [json.Number],
// [json.Marshaler] and [encoding.TextMarshaler]. Methods of pointers are used for
// values too. A type whose JSON leaves something out makes values equal that
// differ in it.
//
// # Aliasing, concurrency
//
// Nothing returned shares memory with what is passed in, unless a function says
// so. The functions are safe for concurrent use as far as the values are; a
// [Tree] must not be changed once it was made.
package params
