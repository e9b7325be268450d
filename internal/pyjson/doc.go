// Package pyjson reads and writes JSON text exactly as Python's json module
// does.
//
// The manifests of lazyscribe are written by json.dump and read by json.load,
// and other programs keep reading them, so the text must agree byte for byte
// with Python's: NaN and the infinities are numbers, integers have any size
// and stay apart from floats, a lone surrogate is a character, and floats have
// the spelling of Python's repr. Package encoding/json differs in each of
// these.
//
// # Values
//
// [Parse] returns a tree of nil, bool, string, [Number], []any and [*Object].
// A Number is the token as it stood in the text. A string is UTF-8, except
// that a lone surrogate, which Python allows and UTF-8 does not, stands as its
// three bytes of generalised UTF-8 (WTF-8). [Append] writes such a tree.
// [Of] turns a Go value into a tree and [Assign] a tree into a Go value, both
// by the rules of encoding/json.
//
// [Split] finds the records of a list and the places of their keys without
// building anything; this is what keeps large manifests cheap.
//
// # Aliasing
//
// Nothing returned shares memory with the text given in. The strings of one
// tree may share one copy of its text, so a small string kept from a large
// text keeps that copy alive; strings.Clone it. Of shares nothing that can
// change with its argument. Assign may store an *Object or []any of its
// tree in the target when the target asks for a tree.
//
// # Concurrency
//
// The functions are safe for concurrent use. An Object is not safe for use
// while it is being changed.
//
// # Errors
//
// A text that is not JSON is a [*SyntaxError] with line and column. A Go value
// that has no JSON is an [*UnsupportedError]; text that does not fit its target
// is a [*TypeError]; other failures inside a value are a [*ValueError]. Those
// three name the place inside the value, such as opt.layers[3].
package pyjson

const (
	// MaxReadDepth is the number of lists and objects that may be open at one
	// place of a text that is read.
	MaxReadDepth = 10000

	// MaxWriteDepth is the number of lists and objects that may be open at one
	// place of a value that is written. Python 3.10 and 3.11 fail on about a
	// thousand levels, so a deeper text could be written but not read there.
	MaxWriteDepth = 900

	// MaxIntDigits is the number of digits an integer may have. It is Python's
	// default for int(), which guards against quadratic conversions.
	MaxIntDigits = 4300
)
