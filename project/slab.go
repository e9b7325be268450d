package project

// A slab hands out values one by one and allocates many at once: a large project
// has as many records as a manifest has lines, and one allocation each would cost
// more than reading them. All of a slab stays while any value of it does. The zero
// slab is ready.
type slab[T any] struct {
	free []T
	used int
}

// firstInSlab and mostInSlab are how many values are allocated at once: a small
// project begins with the first few, and doubles.
const firstInSlab, mostInSlab = 8, 512

// next returns a zero value that nobody else has.
func (s *slab[T]) next() *T {
	if len(s.free) == 0 {
		s.free = make([]T, min(max(s.used, firstInSlab), mostInSlab))
	}
	x := &s.free[0]
	s.free = s.free[1:]
	s.used++
	return x
}
