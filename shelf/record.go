package shelf

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

const (
	recordFolder  = ".shelf"
	recordSuffix  = ".json"
	recordVersion = 1
)

// recordKey returns where the manifest of what has a key is.
func recordKey(key string) string { return recordFolder + "/" + key + recordSuffix }

// A record is a manifest as it is stored: the put that counts, or, of a single
// file, all that the file may be of. FORMAT.md says what its fields mean.
type record struct {
	Version int         `json:"shelf"`
	Puts    []putRecord `json:"puts"` // the last one first
}

// putRecord is one put.
type putRecord struct {
	ID          string                `json:"id"`
	Handler     string                `json:"handler"`
	Type        string                `json:"type"`
	Several     bool                  `json:"several,omitempty"`
	Folder      string                `json:"folder,omitempty"`
	Files       []File                `json:"files"`
	Environment artifacts.Environment `json:"environment,omitempty"`
	Put         time.Time             `json:"put"`
	Pending     bool                  `json:"pending,omitempty"` // the file may not be there yet
	Bare        bool                  `json:"bare,omitempty"`    // instead a file may be that no manifest names
}

// bare reports whether the file may be one that none of the puts is of.
func (r *record) bare() bool {
	return slices.ContainsFunc(r.Puts, func(p putRecord) bool { return p.Bare })
}

// newID returns the name of a put: of letters and digits, as it becomes a folder's.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

func (p *putRecord) manifest() *Manifest {
	return &Manifest{Handler: p.Handler, Type: p.Type, Several: p.Several, Files: p.Files, Environment: p.Environment, Put: p.Put}
}

// load reads the manifest of a key, and its text; nil if there is none.
func load(ctx context.Context, st *store.Store, key string) (*record, []byte, error) {
	text, err := st.ReadText(ctx, recordKey(key))
	if errors.Is(err, artifacts.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	r, err := parse(text)
	if err != nil {
		return nil, text, fmt.Errorf("manifest %q: %w", st.URL(recordKey(key)), err)
	}
	return r, text, nil
}

// parse reads a manifest, which is not to be trusted; one without puts is nil.
func parse(text []byte) (*record, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
	}
	if r.Version != recordVersion {
		return nil, fmt.Errorf("%w: version %d of manifests, this release knows %d", errors.ErrUnsupported, r.Version, recordVersion)
	}
	for i := range r.Puts {
		p := &r.Puts[i]
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("%w: put %q: %w", artifacts.ErrCorrupt, p.ID, err)
		}
		if p.Several && len(r.Puts) > 1 {
			return nil, fmt.Errorf("%w: put %q of several files is one of %d", artifacts.ErrCorrupt, p.ID, len(r.Puts))
		}
	}
	if len(r.Puts) == 0 {
		return nil, nil
	}
	return &r, nil
}

func (p *putRecord) check() error {
	if err := artifacts.CheckFormat(artifacts.Format{Alias: p.Handler}); err != nil {
		return err
	}
	if p.Folder != "" && (!p.Several || !strings.HasPrefix(p.Folder, "~") || !fs.ValidPath(p.Folder) || strings.Contains(p.Folder, "/")) {
		return fmt.Errorf("folder %q: %w", p.Folder, artifacts.ErrUnsafePath)
	}
	if !p.Several && len(p.Files) != 1 {
		return fmt.Errorf("%d files where there is one", len(p.Files))
	}
	for _, f := range p.Files {
		if p.Several && strings.HasPrefix(f.Name, "~") {
			return fmt.Errorf("file %q: %w", f.Name, artifacts.ErrUnsafePath)
		}
	}
	return parts.CheckFiles(p.Files)
}

// text returns the stored form.
func (r *record) text() (store.Text, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return nil, err
	}
	return store.Text{b.Bytes()}, nil
}

// change replaces the manifest of a key by what edit makes of its puts, in one
// step. A manifest that cannot be read counts as none: the put that comes says
// what is there.
func change(ctx context.Context, st *store.Store, key string, edit func(puts []putRecord) ([]putRecord, error)) error {
	return st.Update(ctx, recordKey(key), nil, func(_ context.Context, now []byte, _, exists bool) (store.Text, error) {
		var puts []putRecord
		if exists {
			old, err := parse(now)
			if errors.Is(err, errors.ErrUnsupported) {
				return nil, fmt.Errorf("manifest %q: %w", st.URL(recordKey(key)), err)
			}
			if old != nil {
				puts = old.Puts
			}
		}
		puts, err := edit(slices.Clone(puts))
		if err != nil {
			return nil, err
		}
		return (&record{recordVersion, puts}).text()
	})
}
