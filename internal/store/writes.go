package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// writes names the writes that led to the present state of an object, the last
// one first. It is kept in the object's metadata, so a writer that lost the
// answer to its request can look whether it was done: its text alone does not
// tell, as another writer may have written the same.
type writes []string

const (
	writesKept    = 40  // in 1 KiB, half of what S3 takes
	writesBetween = "." // between two names
)

// newWrite returns the name of a write.
func newWrite() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// parseWrites finds the writes of an object in its metadata.
func parseWrites(metadata map[string]string) writes {
	for key, value := range metadata {
		if strings.EqualFold(key, WritesKey) && value != "" {
			return strings.Split(value, writesBetween)
		}
	}
	return nil
}

func (w writes) String() string { return strings.Join(w, writesBetween) }

func (w writes) has(name string) bool { return slices.Contains(w, name) }

// state is what an object was when it was read.
type state struct {
	revision string // "" when there is none
	writes   writes
	size     int64
}

// name returns the name of the write that made the state. A state that another
// program made is named after its revision.
func (s state) name() string {
	if len(s.writes) > 0 {
		return s.writes[0]
	}
	sum := sha256.Sum256([]byte(s.revision))
	return "r" + hex.EncodeToString(sum[:10])
}

// after returns the writes of the state that the write id makes of s.
func (s state) after(id string) writes {
	before := s.writes
	if len(before) == 0 {
		before = writes{s.name()}
	}
	return append(writes{id}, before[:min(len(before), writesKept-1)]...)
}
