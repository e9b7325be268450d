package experiment

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// An Experiment is one recorded run. It is immutable and safe for concurrent
// use; a later edit makes another Experiment. Two things follow the project's
// save: the slug, should it have been taken meanwhile by another writer, and
// what is known of artifacts once their files are written.
//
// Metrics, parameters, tests and artifacts are decoded when first asked for.
// Parts that cannot be understood are left out here and listed by the project's
// Problems.
type Experiment struct{ cell *record.Cell }

func (e *Experiment) rec() *record.Record { return e.cell.Record() }

// Name is the name the experiment was given; names need not be unique.
func (e *Experiment) Name() string { return e.rec().Name() }

// Slug identifies the experiment in its project: name and time of creation.
func (e *Experiment) Slug() string { return e.rec().Slug() }

// ShortSlug is the slug without the time; experiments of one name share it.
func (e *Experiment) ShortSlug() string { return e.rec().ShortSlug() }

// Author is who began the experiment.
func (e *Experiment) Author() string { return e.rec().Author() }

// LastUpdatedBy is who last changed it.
func (e *Experiment) LastUpdatedBy() string { return e.rec().LastUpdatedBy() }

// CreatedAt is when the experiment began, UTC, to the second.
func (e *Experiment) CreatedAt() time.Time { return e.rec().CreatedAt() }

// LastUpdated is when it was last changed, UTC, to the second.
func (e *Experiment) LastUpdated() time.Time { return e.rec().LastUpdated() }

// Tags returns a copy of the tags, in order; a tag can occur twice.
func (e *Experiment) Tags() []string { return slices.Clone(e.rec().Tags()) }

// Metric returns a metric that is a number; ok is false if there is none of
// that name or it is something else (see MetricValue).
func (e *Experiment) Metric(name string) (x float64, ok bool) {
	return e.rec().MetricNumber(name)
}

// MetricValue returns a metric of any kind.
func (e *Experiment) MetricValue(name string) (Value, bool) {
	return valueOf(e.rec().Metric(name))
}

// Metrics ranges over the metrics in their order: as logged, or as in the file.
func (e *Experiment) Metrics() iter.Seq2[string, Value] { return values(e.rec().Metrics()) }

// Parameter decodes a parameter into what target points to, by the rules of
// [Value.Decode]. A name that was not logged is [artifacts.ErrNotFound].
func (e *Experiment) Parameter(name string, target any) error {
	v, ok := e.rec().Parameter(name)
	if err := decode(v, ok, name, target); err != nil {
		return fmt.Errorf("experiment %q: %w", e.Slug(), err)
	}
	return nil
}

// Parameters ranges over the parameters in their order.
func (e *Experiment) Parameters() iter.Seq2[string, Value] { return values(e.rec().Parameters()) }

// Tests ranges over the tests in the order in which they ended.
func (e *Experiment) Tests() iter.Seq[*Test] {
	return func(yield func(*Test) bool) {
		for _, t := range e.rec().Body().Tests {
			if !yield(&Test{e, t}) {
				return
			}
		}
	}
}

// Test returns the first test of a name; names need not be unique.
func (e *Experiment) Test(name string) (*Test, bool) {
	for t := range e.Tests() {
		if t.Name() == name {
			return t, true
		}
	}
	return nil, false
}

// Dependencies ranges over the experiments this one was built on. They are
// names; the project's Resolve finds what they name.
func (e *Experiment) Dependencies() iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		for _, d := range e.rec().Body().Dependencies {
			if !yield(ParseRef(d.String())) {
				return
			}
		}
	}
}

// Artifacts ranges over the descriptions of the experiment's own artifacts, in
// order. Digest and size are there once the project was saved.
func (e *Experiment) Artifacts() iter.Seq[artifacts.Artifact] {
	return metas(e.rec().Body().Artifacts)
}

// LoadArtifact decodes the artifact called name into target, which is what its
// handler documents, usually a non-nil pointer. The value is handed out only
// after the file's digest was found right.
//
// Errors: [artifacts.ErrNotFound] (no such artifact, or its file is missing),
// [artifacts.ErrNotSaved], [artifacts.ErrCorrupt], [artifacts.ErrUnknownHandler],
// [artifacts.ErrTargetType], [artifacts.ErrUnsafePath],
// [*artifacts.EnvironmentError].
func (e *Experiment) LoadArtifact(ctx context.Context, name string, target any, opts *artifacts.LoadOptions) error {
	return load(ctx, e, nil, e.rec().Body().Artifacts, name, target, opts)
}

// OpenArtifact opens the file of an artifact as it is. Reading ends with ctx. The
// digest is checked meanwhile: the last Read, instead of [io.EOF], returns
// [artifacts.ErrCorrupt] if it does not fit.
func (e *Experiment) OpenArtifact(ctx context.Context, name string) (io.ReadCloser, error) {
	return open(ctx, e, nil, e.rec().Body().Artifacts, name)
}

// WriteArtifact writes the file of an artifact to w, as it is. Before the project
// is saved there is no file; what would be in it is written then, encoded as the
// value is now. The digest of a file is checked while it is read, so
// [artifacts.ErrCorrupt] may come after the bytes.
func (e *Experiment) WriteArtifact(ctx context.Context, name string, w io.Writer) error {
	return write(ctx, e, e.rec().Body().Artifacts, name, w)
}

// JSON returns the record as the manifest has it, or would have it.
func (e *Experiment) JSON() ([]byte, error) {
	r := e.rec()
	if text := r.Text(); text != nil {
		return slices.Clone(text), nil
	}
	return r.Body().Append(nil, nil)
}

// String returns the slug.
func (e *Experiment) String() string { return e.Slug() }
