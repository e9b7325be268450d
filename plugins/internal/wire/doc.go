// Package wire spells values and streams of the plugin protocol: what host and
// plugins must have in common. It knows neither gRPC nor processes; the texts
// are specified in plugins/PROTOCOL.md.
//
// # Values
//
// [Marshal] and [Unmarshal] are CBOR (RFC 8949) in a profile that every language
// can follow: few tags, no cycles, bounded nesting. [WriteSequence] and
// [ReadSequence] are its sequences (RFC 8742), whose items pass one by one.
//
// # Streams
//
// A [FrameWriter] cuts what is written into frames, a [FrameReader] joins them
// again, and both count and sum the bytes: a stream that was aborted, or lost
// something, never looks like a complete one.
//
// # Aliasing
//
// Values are neither kept nor changed. What is decoded shares no memory with
// the input, with the exception of sequences, which read on while they are
// iterated over. A frame is valid until the function it was passed to returns.
//
// # Concurrency
//
// Functions are safe for concurrent use; readers and writers belong to one
// goroutine.
//
// # Errors
//
// What is wrong with a value or its encoding is an [Error]: it wraps a sentinel
// of package artifacts and says where in the value.
package wire
