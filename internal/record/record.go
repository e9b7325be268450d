package record

import (
	"bytes"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/internal/slug"
)

// span is a place in a record's own text.
type span struct{ start, end uint32 }

// Spans are the places of a record's values in its text. They are no part of a
// [Record] because those that are made from a body have none, and since memory
// without pointers costs the garbage collector nothing.
type Spans [numKeys]span

// A Record is one experiment, immutable and safe to share.
type Record struct {
	text      []byte // as in the file; nil when made from a body
	spans     *Spans // of text; nil when there is a body from the start
	createdAt time.Time
	updatedAt time.Time

	body       atomic.Pointer[Body]    // decoded on demand, or what the record was made from
	metrics    atomic.Pointer[[]Field] // decoded on demand, before the body
	parameters atomic.Pointer[[]Field]
}

// maxText bounds one record so that places in it fit into 32 bits.
const maxText = 1<<32 - 1

// FromText makes dst the record of one element of a manifest, which takes over
// spans. text is the whole manifest; the record keeps a part of it. What an
// experiment cannot be without, its name and its two times, is checked here; the
// rest when it is read.
func FromText(dst *Record, spans *Spans, text []byte, r *pyjson.Record) error {
	if r.Err != nil {
		return r.Err
	}
	if !r.Object {
		return errors.New("want an object")
	}
	if r.End-r.Start > maxText {
		return fmt.Errorf("record has %d bytes, the limit is %d", r.End-r.Start, maxText)
	}
	dst.text, dst.spans = text[r.Start:r.End:r.End], spans
	for i, s := range r.Values {
		if s.End > 0 {
			spans[i] = span{uint32(s.Start - r.Start), uint32(s.End - r.Start)}
		}
	}
	if err := dst.checkText(keyName, true); err != nil {
		return err
	}
	for _, key := range []int{keySlug, keyShortSlug} {
		if err := dst.checkText(key, false); err != nil {
			return err
		}
	}
	var err error
	if dst.createdAt, err = dst.time(keyCreatedAt); err != nil {
		return err
	}
	dst.updatedAt, err = dst.time(keyLastUpdated)
	return err
}

// FromBody makes a record of a body, which must not be changed afterwards.
func FromBody(b *Body) *Record {
	r := &Record{}
	r.Init(b, nil)
	return r
}

// Init makes r, which nobody has seen yet, the record of a body. text is that of
// the body in its file, nil if it is in none.
func (r *Record) Init(b *Body, text []byte) {
	r.text, r.createdAt, r.updatedAt = text, b.CreatedAt, b.LastUpdated
	r.body.Store(b)
}

// Text returns the bytes of the record in its file, nil for one that has not
// been written. They must not be changed.
func (r *Record) Text() []byte { return r.text }

func (r *Record) raw(key int) []byte {
	s := r.spans[key]
	return r.text[s.start:s.end]
}

func (r *Record) checkText(key int, required bool) error {
	raw := r.raw(key)
	switch {
	case len(raw) == 0 && required:
		return fmt.Errorf("no %q", keyNames[key])
	case len(raw) > 0 && raw[0] != '"':
		return fmt.Errorf("%s: want a string", keyNames[key])
	}
	return nil
}

func (r *Record) time(key int) (time.Time, error) {
	if err := r.checkText(key, true); err != nil {
		return time.Time{}, err
	}
	raw := r.raw(key)
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') >= 0 {
		text, err := parseString(raw)
		if err != nil {
			return time.Time{}, fmt.Errorf("%s: %w", keyNames[key], err)
		}
		inner = []byte(text)
	}
	t, err := pytime.ParseBytes(inner)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", keyNames[key], err)
	}
	return t, nil
}

// CreatedAt is when the experiment began, as precisely as it was written.
func (r *Record) CreatedAt() time.Time { return r.createdAt }

// LastUpdated is when the experiment was last changed.
func (r *Record) LastUpdated() time.Time { return r.updatedAt }

// Name is the experiment's name as it was given.
func (r *Record) Name() string {
	if b := r.body.Load(); b != nil {
		return b.Name
	}
	return r.str(keyName)
}

// Slug identifies the experiment in its project and names its folder.
func (r *Record) Slug() string {
	if b := r.body.Load(); b != nil {
		return b.Slug
	}
	if len(r.raw(keySlug)) == 0 {
		return slug.Stamped(r.Name(), r.createdAt)
	}
	return r.str(keySlug)
}

// ShortSlug is the slug without the time.
func (r *Record) ShortSlug() string {
	if b := r.body.Load(); b != nil {
		return b.ShortSlug
	}
	if len(r.raw(keyShortSlug)) == 0 {
		return slug.Make(r.Name())
	}
	return r.str(keyShortSlug)
}

// HasSlug reports whether the record's full slug is s, without allocating.
func (r *Record) HasSlug(s string) bool {
	if r.body.Load() == nil {
		if same, ok := equalRaw(r.raw(keySlug), s); ok {
			return same
		}
	}
	return r.Slug() == s
}

// HasShortSlug reports whether the record's short slug is s.
func (r *Record) HasShortSlug(s string) bool {
	if r.body.Load() == nil {
		if same, ok := equalRaw(r.raw(keyShortSlug), s); ok {
			return same
		}
	}
	return r.ShortSlug() == s
}

// equalRaw compares a JSON string with s where it can be done on the bytes. The
// lengths decide most cases: a text with escape sequences is longer than what it
// says.
func equalRaw(raw []byte, s string) (same, ok bool) {
	if len(raw) < 2 {
		return false, false
	}
	inner := raw[1 : len(raw)-1]
	if len(inner) < len(s) || len(inner) == len(s) && string(inner) != s {
		return false, true
	}
	return len(inner) == len(s), bytes.IndexByte(inner, '\\') < 0
}

// str decodes a string value. The splitter has checked its grammar.
func (r *Record) str(key int) string {
	raw := r.raw(key)
	if len(raw) < 2 {
		return ""
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1])
	}
	s, _ := parseString(raw)
	return s
}

func parseString(raw []byte) (string, error) {
	v, err := pyjson.Parse(raw)
	if err != nil {
		return "", err
	}
	s, ok := v.(string)
	if !ok {
		return "", errors.New("want a string")
	}
	return s, nil
}

// Author is who began the experiment; "" when the file does not say.
func (r *Record) Author() string {
	if b := r.body.Load(); b != nil {
		return b.Author
	}
	if raw := r.raw(keyAuthor); len(raw) > 0 && raw[0] == '"' {
		return r.str(keyAuthor)
	}
	return ""
}

// LastUpdatedBy is who last changed the experiment; the author when the file
// does not say.
func (r *Record) LastUpdatedBy() string {
	if b := r.body.Load(); b != nil {
		return b.LastUpdatedBy
	}
	raw := r.raw(keyLastUpdatedBy)
	switch {
	case len(raw) == 0:
		return r.Author()
	case raw[0] == '"':
		return r.str(keyLastUpdatedBy)
	}
	return ""
}

// Metrics returns the metrics in their order. The slice must not be changed.
func (r *Record) Metrics() []Field { return r.fields(keyMetrics, &r.metrics, (*Body).metricFields) }

// Parameters returns the parameters in their order. The slice must not be changed.
func (r *Record) Parameters() []Field {
	return r.fields(keyParameters, &r.parameters, (*Body).parameterFields)
}

func (b *Body) metricFields() []Field    { return b.Metrics }
func (b *Body) parameterFields() []Field { return b.Parameters }

// fields decodes metrics or parameters alone: listing a large project needs
// nothing else of most records.
func (r *Record) fields(key int, cache *atomic.Pointer[[]Field], of func(*Body) []Field) []Field {
	if b := r.body.Load(); b != nil {
		return of(b)
	}
	if f := cache.Load(); f != nil {
		return *f
	}
	var fields []Field
	if raw := r.raw(key); len(raw) > 0 {
		if tree, err := pyjson.Parse(raw); err == nil {
			if o, ok := tree.(*pyjson.Object); ok {
				fields = fieldsOf(o)
			}
		}
	}
	cache.Store(&fields)
	return fields
}

// Metric returns one of the metrics.
func (r *Record) Metric(name string) (Value, bool) {
	return r.field(keyMetrics, &r.metrics, (*Body).metricFields, name)
}

// Parameter returns one of the parameters.
func (r *Record) Parameter(name string) (Value, bool) {
	return r.field(keyParameters, &r.parameters, (*Body).parameterFields, name)
}

// MetricNumber returns one of the metrics if it is a number. It allocates nothing,
// as a filter asks every experiment for one.
func (r *Record) MetricNumber(name string) (x float64, ok bool) {
	v, raw, ok := r.find(keyMetrics, &r.metrics, (*Body).metricFields, name)
	switch {
	case !ok || raw == nil:
		return v.Float64()
	case '0' <= raw[0] && raw[0] <= '9', raw[0] == '-', raw[0] == 'N', raw[0] == 'I': // so begin numbers, and nothing else
		return pyjson.Number(raw).Float64(), true
	}
	return 0, false
}

func (r *Record) field(key int, cache *atomic.Pointer[[]Field], of func(*Body) []Field, name string) (Value, bool) {
	v, raw, ok := r.find(key, cache, of, name)
	if !ok || raw == nil {
		return v, ok
	}
	tree, err := pyjson.Parse(raw)
	return Tree(tree), err == nil
}

// find finds one metric or parameter: its value if that is known, else its text.
// It decodes no other and keeps nothing: to look for one number in a large project
// should cost little more than to open it.
func (r *Record) find(key int, cache *atomic.Pointer[[]Field], of func(*Body) []Field, name string) (v Value, raw []byte, ok bool) {
	if b := r.body.Load(); b != nil {
		v, ok = Lookup(of(b), name)
		return v, nil, ok
	}
	if f := cache.Load(); f != nil {
		v, ok = Lookup(*f, name)
		return v, nil, ok
	}
	text := r.raw(key)
	at, err := pyjson.Find(text, name)
	return Value{}, text[at.Start:at.End], err == nil && at.End > 0
}

// Tags returns the tags in their order. The slice must not be changed.
func (r *Record) Tags() []string {
	if b := r.body.Load(); b != nil {
		return b.Tags
	}
	tree, err := pyjson.Parse(r.raw(keyTags))
	if err != nil {
		return nil
	}
	tags, _ := stringsOf(tree)
	return tags
}

// Pending returns how many artifacts are not in files yet: none of a record that
// was read, which need not be taken apart to know that.
func (r *Record) Pending() int {
	if b := r.body.Load(); b != nil {
		return b.Pending()
	}
	return 0
}

// Body returns the record taken apart. It must not be changed: Clone it.
func (r *Record) Body() *Body {
	if b := r.body.Load(); b != nil {
		return b
	}
	b := decodeBody(r)
	if !r.body.CompareAndSwap(nil, b) {
		return r.body.Load()
	}
	return b
}
