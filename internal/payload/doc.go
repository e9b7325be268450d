// Package payload holds what lies between a logged value and its file, for
// experiments and repositories alike: a value that waits to be encoded
// ([Value]), the form in which one that could not be is kept ([Value.Rescue],
// [Restore]), and the decoding of a stored file ([Decode]).
//
// # Aliasing
//
// A Value keeps the logged value by reference and encodes it, as it is then,
// whenever it is asked to. Values that can be read once only, and all values
// under LogOptions.Now, are encoded when the Value is made; nothing is kept of
// them but the encoded bytes.
//
// # Concurrency
//
// A Value is safe for concurrent use as far as its handler and the logged value
// are. Decode keeps no state.
//
// # Errors
//
// An [*EncodeError] is the value's or its handler's fault: other artifacts can
// still be saved. All other errors of WriteTo are the context's or the
// writer's. A handler that panics gives an error and not a panic. Messages name
// the handler's alias; which artifact it was about is for the caller to add.
package payload
