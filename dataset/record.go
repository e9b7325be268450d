package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// version is that of the format of records, see FORMAT.md.
const version = 1

// A record is all that is known of one key. It is replaced as a whole, so an
// item and what is said of it change together.
type record struct {
	Format   int             `json:"format"`
	Key      string          `json:"key"`
	Revision int64           `json:"revision"` // counts from 1; goes on when a key is removed and made again
	Removed  bool            `json:"removed,omitempty"`
	Info     json.RawMessage `json:"info,omitempty"`
	Item     *item           `json:"item,omitempty"`     // nil: there is information alone
	Previous *item           `json:"previous,omitempty"` // kept by Options.Backup
	Author   string          `json:"author,omitempty"`
	Written  time.Time       `json:"written"`
}

// An item is how a value is stored: its body, which is what its handler wrote,
// and the files that the body speaks of.
type item struct {
	Handler     string                `json:"handler"`
	Type        string                `json:"type,omitempty"` // what Go calls it; nothing is chosen by it
	Flat        bool                  `json:"flat,omitempty"` // the form of the Go package
	Environment artifacts.Environment `json:"environment,omitempty"`
	Body        body                  `json:"body"`
	Files       []dataFile            `json:"files,omitempty"`
}

// A body is in the record if it is small, else in a file. One of its fields is
// set.
type body struct {
	Text  *string   `json:"text,omitempty"`
	Bytes []byte    `json:"base64,omitempty"`
	File  *dataFile `json:"file,omitempty"`
}

// A dataFile is a file of an item. It never changes: another content has another
// name.
type dataFile struct {
	Name   string  `json:"name"` // in the folder of the key
	SHA256 string  `json:"sha256"`
	Size   int64   `json:"size"`
	Arrays []array `json:"arrays,omitempty"`
}

// An array is one that the text of an item speaks of by its name.
type array struct {
	Name   string `json:"name"`
	DType  string `json:"dtype"`
	Shape  []int  `json:"shape"`
	Offset int64  `json:"offset,omitempty"` // of its first number in the file, if they follow one another in C order
}

// maxRevision is the largest that a record is believed to have: nobody writes as
// often, and there is room for more.
const maxRevision = 1 << 53

// padding makes the size of a record tell its revision, if not all of it: who
// lists records sees that one was replaced even where the times of files are
// coarse.
const padding = 256

// encode returns the text of a record.
func (r *record) encode() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, err
	}
	n := (r.Revision - int64(len(text)) - 1) % padding
	if n < 0 {
		n += padding
	}
	text = append(text, bytes.Repeat([]byte(" "), int(n))...)
	return append(text, '\n'), nil
}

var errLies = errors.New("it is not what its name says")

// Expressions of counted repetitions take long to compile, which programs that
// open no dataset are spared.
var (
	fileName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}$`) })
	digest   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-f]{64}$`) })
)

// parseRecord reads the record of the file called name. Anybody may have written
// it: what it says is checked as far as files are named by it.
func parseRecord(name string, text []byte) (*record, error) {
	r := new(record)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%w: record %q: %w", artifacts.ErrCorrupt, name, err)
	}
	if r.Format > version {
		return nil, fmt.Errorf("record %q has format %d, which is newer than this program", name, r.Format)
	}
	if err := r.check(name); err != nil {
		return nil, fmt.Errorf("%w: record %q: %w", artifacts.ErrCorrupt, name, err)
	}
	if r.Info != nil {
		// It was indented with the record. Digests are of what was given.
		info := bytes.Buffer{}
		_ = json.Compact(&info, r.Info) // it was just parsed
		r.Info = info.Bytes()
	}
	return r, nil
}

func (r *record) check(name string) error {
	if err := checkKey(r.Key); err != nil {
		return err
	}
	switch {
	case recordFile(r.Key) != name:
		return fmt.Errorf("%w: its key is %q", errLies, r.Key)
	case r.Format < 1:
		return fmt.Errorf("format %d", r.Format)
	case r.Revision < 1 || r.Revision > maxRevision:
		return fmt.Errorf("revision %d", r.Revision)
	case r.Removed && r.Item != nil:
		return errors.New("it is removed and has a value")
	}
	for _, it := range []*item{r.Item, r.Previous} {
		if it == nil {
			continue
		}
		if err := it.check(); err != nil {
			return err
		}
	}
	return nil
}

func (it *item) check() error {
	if it.Handler == "" {
		return errors.New("a value without a handler")
	}
	set := 0
	for _, is := range []bool{it.Body.Text != nil, it.Body.Bytes != nil, it.Body.File != nil} {
		if is {
			set++
		}
	}
	if set > 1 {
		return errors.New("a value with several bodies")
	}
	names := map[string]bool{}
	for _, f := range it.all() {
		if !fileName().MatchString(f.Name) || strings.HasSuffix(f.Name, ".go") {
			return fmt.Errorf("%w %q", artifacts.ErrUnsafePath, f.Name)
		}
		if !digest().MatchString(f.SHA256) || f.Size < 0 {
			return fmt.Errorf("file %q has no digest, or no size", f.Name)
		}
		if names[f.Name] {
			return fmt.Errorf("file %q is named twice", f.Name)
		}
		names[f.Name] = true
	}
	return nil
}

// all returns every file of an item.
func (it *item) all() []dataFile {
	if it == nil {
		return nil
	}
	files := it.Files
	if it.Body.File != nil {
		files = append([]dataFile{*it.Body.File}, files...)
	}
	return files
}

// files returns the keys of all files that a record names.
func (r *record) files() []string {
	var keys []string
	for _, it := range []*item{r.Item, r.Previous} {
		for _, f := range it.all() {
			keys = append(keys, path.Join(dataFolder(r.Key), f.Name))
		}
	}
	return keys
}

// fileOf returns the file that has an array.
func (it *item) fileOf(name string) (dataFile, array, bool) {
	for _, f := range it.Files {
		for _, a := range f.Arrays {
			if a.Name == name {
				return f, a, true
			}
		}
	}
	return dataFile{}, array{}, false
}
