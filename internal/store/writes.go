package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// writes names the writes that led to the present state of an object, the last
// one first. It is kept in the object's metadata, so a writer that lost the
// answer to its request can look whether it was done: its text alone does not
// tell, as another writer may have written the same.
type writes []string

const (
	// writesKept is how many are: what a crowd writes in the time that a lost
	// answer is waited for, and of the 2 KB of metadata that S3 takes most.
	writesKept = 128

	writesBetween = "." // between two names
	writeBytes    = 9   // of a name, before it is spelled
)

// newWrite returns the name of a write.
func newWrite() string {
	b := make([]byte, writeBytes)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
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
	return base64.RawURLEncoding.EncodeToString(sum[:writeBytes])
}

// after returns the writes of the state that the write id makes of s.
func (s state) after(id string) writes {
	before := s.writes
	if len(before) == 0 {
		before = writes{s.name()}
	}
	return append(writes{id}, before[:min(len(before), writesKept-1)]...)
}
