package payload

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// spoolMemory is the number of bytes a spool keeps in memory. What is larger
// goes to a temporary file.
const spoolMemory = 1 << 20

// A spool is an encoded file that waits to be saved. It is written from front
// to end first and read any number of times after that. The zero spool is
// empty.
type spool struct {
	memory bytes.Buffer
	file   *os.File
	name   string // of the file, if it could not be removed while open
}

func (s *spool) Write(p []byte) (int, error) {
	if s.file == nil && s.memory.Len()+len(p) <= spoolMemory {
		return s.memory.Write(p)
	}
	if s.file == nil {
		if err := s.spill(); err != nil {
			return 0, err
		}
	}
	return s.file.Write(p)
}

// spill moves what is in memory to a temporary file. The file is removed at
// once where the system allows it, so that nothing is left behind by a program
// that ends before the save.
func (s *spool) spill() error {
	f, err := os.CreateTemp("", "lazyscribe-*.spool")
	if err != nil {
		return err
	}
	s.file = f
	if os.Remove(f.Name()) != nil {
		s.name = f.Name()
	}
	_, err = s.memory.WriteTo(f)
	s.memory = bytes.Buffer{}
	return err
}

// writeTo copies the whole to w. It may run several times at once.
func (s *spool) writeTo(w io.Writer) error {
	if s.file == nil {
		_, err := w.Write(s.memory.Bytes())
		return err
	}
	size, err := s.file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, io.NewSectionReader(s.file, 0, size))
	return err
}

// Close frees the memory and the file.
func (s *spool) Close() error {
	s.memory = bytes.Buffer{}
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.name != "" {
		err = errors.Join(err, os.Remove(s.name))
	}
	return err
}
