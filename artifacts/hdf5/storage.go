package hdf5

import (
	"errors"
	"io"
	"sync"
)

// undefined is the address of what is not there.
const undefined = ^uint64(0)

// A storage is the file below: its bytes by the addresses that structures have.
// It is safe for concurrent use if the reader is.
type storage struct {
	r        io.ReaderAt
	size     uint64 // of the whole file
	base     uint64 // where address zero is
	unsummed bool   // checksums of structures are not compared: mutated files get further in tests

	mu    sync.Mutex
	pages map[uint64][]byte
}

const (
	// pageSize is how much is read at once when structures are read, which are
	// small and lie together: over a network each read is a request.
	pageSize = 1 << 15

	// maxPages are kept.
	maxPages = 32
)

// check returns the place of n bytes at an address in the file, all of them there.
func (s *storage) check(addr, n uint64) (uint64, error) {
	if addr > s.size || s.base > s.size-addr || n > s.size-addr-s.base {
		return 0, corrupt("%d bytes at address %#x are outside of the file", n, addr)
	}
	return s.base + addr, nil
}

// bytes returns bytes that must not be changed.
func (s *storage) bytes(addr, n uint64) ([]byte, error) {
	at, err := s.check(addr, n)
	if err != nil {
		return nil, err
	}
	first, last := at/pageSize, (at+max(n, 1)-1)/pageSize
	if first != last {
		b := make([]byte, n)
		return b, s.readAt(b, at)
	}
	page, err := s.page(first)
	if err != nil {
		return nil, err
	}
	start := at - first*pageSize
	return page[start : start+n : start+n], nil
}

func (s *storage) page(i uint64) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.pages[i]; ok {
		return p, nil
	}
	p := make([]byte, min(pageSize, s.size-i*pageSize))
	if err := s.readAt(p, i*pageSize); err != nil {
		return nil, err
	}
	if len(s.pages) >= maxPages || s.pages == nil {
		s.pages = make(map[uint64][]byte)
	}
	s.pages[i] = p
	return p, nil
}

// readAt fills b, for which the file must be long enough.
func (s *storage) readAt(b []byte, at uint64) error {
	n, err := s.r.ReadAt(b, int64(at))
	switch {
	case n == len(b):
		return nil
	case err == nil, errors.Is(err, io.EOF):
		return corrupt("file ends before its size of %d bytes", s.size)
	}
	return err
}

// A meta reads structures, and ends when it has read more of them than a file of
// that size can have: those that lead back to one another, or lie on one another,
// would be read without end.
type meta struct {
	*storage
	left uint64
}

func (s *storage) meta() *meta { return &meta{s, 2*s.size + 1<<16} }

// read returns a cursor over n bytes.
func (m *meta) read(addr, n uint64) (*cursor, error) {
	b, err := m.bytes(addr, n)
	if err != nil {
		return nil, err
	}
	if n > m.left {
		return nil, corrupt("structures are read again and again: they lead back to one another")
	}
	m.left -= n
	return &cursor{b: b}, nil
}

// summed is read for a structure whose last four bytes are a checksum of the
// others. The cursor ends before it.
func (m *meta) summed(addr, n uint64) (*cursor, error) {
	c, err := m.read(addr, n)
	if err != nil {
		return nil, err
	}
	if n < 4 {
		return nil, corrupt("a structure of %d bytes at address %#x", n, addr)
	}
	b := c.take(n - 4)
	if want := c.u32(); !m.unsummed && lookup3(b) != want {
		return nil, corrupt("checksum of the structure at address %#x", addr)
	}
	return &cursor{b: b}, nil
}
