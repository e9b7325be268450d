// Package hashing takes the SHA-256 of bytes on their way from one place to
// another, beside what is done with them: of a large file the hash takes as long
// as the copying, and there is mostly a second processor.
//
// # Aliasing and concurrency
//
// Bytes that are written are copied before Write returns. A [Writer] is used by
// one goroutine at a time. It needs no end: the goroutines it starts end with the
// bytes that they were given, whether anybody asks for the sum or not.
package hashing
