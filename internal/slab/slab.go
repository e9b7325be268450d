// Package slab allocates values many at once. A large manifest has as many records
// as a small one has bytes, and one allocation for each of them would cost more
// than reading them.
//
// All values that were allocated together stay as long as any of them does, so a
// slab is for what lives and goes together. A slab is not safe for concurrent use;
// what it handed out knows nothing of it.
package slab

// Of hands out values of a type one by one. The zero Of is ready.
type Of[T any] struct {
	free     []T
	used     int
	expected int
}

// Expecting returns an Of for a number of values that is known. More can be had.
func Expecting[T any](n int) Of[T] { return Of[T]{expected: n} }

// least and most are how many values are allocated at once: a few for a small
// manifest, and then as many as there are.
const least, most = 8, 512

// Next returns a zero value that nobody else has.
func (s *Of[T]) Next() *T {
	if len(s.free) == 0 {
		n := max(s.used, least)
		if s.expected > s.used {
			n = s.expected - s.used
		}
		s.free = make([]T, min(n, most))
	}
	x := &s.free[0]
	s.free = s.free[1:]
	s.used++
	return x
}
