package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// recordFormat is in every record. PARAMS.md says what its number means.
const recordFormat = "lazyscribe.pipeline/1"

// A Record says what a payload is and how it was made. It is what lies beside the
// payload as JSON.
type Record struct {
	Format string `json:"format"`
	Hash   string `json:"hash"`
	Description

	// Upstream are the steps it depends on, and those they depend on, by their
	// hashes.
	Upstream map[string]Description `json:"upstream,omitempty"`

	// Used are the digests of the payloads it was made from, by the names of the
	// dependencies; "" of one that was not stored. Of one that Generate did not
	// ask for it is what was stored.
	Used map[string]string `json:"used"`

	Payload   Payload   `json:"payload"`
	Generated Generated `json:"generated"`
}

// A Description is what identifies a step.
type Description struct {
	Name      string                     `json:"name"`
	Version   string                     `json:"version"`
	Params    json.RawMessage            `json:"params"`
	NotHashed map[string]json.RawMessage `json:"not_hashed,omitempty"` // by the place of the parameter

	Dependencies map[string]string `json:"dependencies"` // their hashes by their names
}

// Payload says where a payload is and what it is.
type Payload struct {
	Digest      string                `json:"digest"`  // of all files, see [shelf.Manifest.Digest]
	Handler     string                `json:"handler"` // alias of what wrote it
	Type        string                `json:"type"`    // in Go, for people
	Key         string                `json:"key"`     // of the file, or of the folder of several
	Several     bool                  `json:"several,omitempty"`
	Files       []shelf.File          `json:"files"`
	Environment artifacts.Environment `json:"environment,omitempty"`
}

// Generated says when and where a payload was made.
type Generated struct {
	At      time.Time `json:"at"`
	Seconds float64   `json:"seconds"`
	Host    string    `json:"host"`
}

// Size returns how many bytes the payload has.
func (p Payload) Size() int64 { return p.manifest().Size() }

func (p Payload) manifest() *shelf.Manifest {
	return &shelf.Manifest{Several: p.Several, Files: p.Files}
}

// Tree returns the parameters of the step and of those it depends on. The hashes
// are computed, not believed.
func (r *Record) Tree() (*params.Tree, error) {
	b := treeBuilder{r.Upstream, map[string]*params.Tree{}}
	t, err := b.build(r.Description)
	if err != nil {
		return nil, fmt.Errorf("record of %s: %w: %w", r.Name, artifacts.ErrCorrupt, err)
	}
	return t, nil
}

// treeBuilder builds the trees that a record describes.
type treeBuilder struct {
	upstream map[string]Description
	built    map[string]*params.Tree // nil while it is being built
}

func (b treeBuilder) build(d Description) (*params.Tree, error) {
	text, err := params.Canonical(d.Params)
	if err != nil {
		return nil, err
	}
	var dependencies []*params.Tree
	for name, hash := range d.Dependencies {
		t, ok := b.built[hash]
		if !ok {
			upstream, known := b.upstream[hash]
			if !known {
				return nil, fmt.Errorf("it does not describe step %q with hash %q", name, hash)
			}
			b.built[hash] = nil
			if t, err = b.build(upstream); err != nil {
				return nil, err
			}
			b.built[hash] = t
		}
		if t == nil || t.Name != name || t.Hash != hash {
			return nil, fmt.Errorf("what it says of step %q does not have hash %q", name, hash)
		}
		dependencies = append(dependencies, t)
	}
	return params.FromSet(d.Name, d.Version, params.Set{Text: text, Unhashed: d.NotHashed}, dependencies...)
}

// describe returns what identifies a step.
func describe(t *params.Tree) Description {
	return Description{Name: t.Name, Version: t.Version, Params: t.Text, NotHashed: t.Unhashed, Dependencies: t.Hashes()}
}

// text returns the record as JSON for people.
func (r *Record) text() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // RFC 8785 has '<' as it is
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// parseRecord reads the record of a step. What it says is checked as far as it
// leads to files or says what they are; nothing of it is trusted.
func parseRecord(text []byte, name, hash string) (*Record, error) {
	var r Record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
	}
	if err := r.check(name, hash); err != nil {
		return nil, err
	}
	return &r, nil
}

func (r *Record) check(name, hash string) error {
	if r.Format != recordFormat {
		return fmt.Errorf("%w: its format is %q, and this program knows %q", artifacts.ErrCorrupt, r.Format, recordFormat)
	}
	text, err := params.Canonical(r.Params)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
	case r.Name != name, r.Hash != hash, params.Hash(r.Name, r.Version, text, r.Dependencies) != hash:
		return fmt.Errorf("%w: it is not about %s with hash %s", artifacts.ErrCorrupt, name, hash)
	}
	r.Params = text // without what makes it fit for people
	if err := r.Payload.check(base(name, hash)); err != nil {
		return fmt.Errorf("%w: payload: %w", artifacts.ErrCorrupt, err)
	}
	return nil
}

func (p Payload) check(prefix string) error {
	rest, ok := strings.CutPrefix(p.Key, prefix)
	if !ok || strings.ContainsAny(p.Key, "/\\") || strings.HasSuffix(rest, recordSuffix) || !ours.MatchString(p.Key) {
		return fmt.Errorf("key %q: %w", p.Key, artifacts.ErrUnsafePath)
	}
	if !p.Several && len(p.Files) != 1 {
		return fmt.Errorf("%d files where one is wanted", len(p.Files))
	}
	if err := parts.CheckFiles(p.Files); err != nil {
		return err
	}
	if got := p.manifest().Digest(); got != p.Digest {
		return fmt.Errorf("the files have digest %s, it says %s", got, p.Digest)
	}
	return nil
}
