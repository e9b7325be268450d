package payload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Decode reads the stored file r of artifact a into target with handler h, as
// [HandlerForLoad] found it. If r is an artifacts.File, the handler may seek.
//
// The environment is validated first, unless the options say otherwise. Then
// the file is decoded into a fresh value of the target's type, and only when
// size and SHA-256 turned out to be as recorded is target assigned; they are
// checked over the whole file even if the handler needed only a part. A
// mismatch is artifacts.ErrCorrupt. Without a recorded digest nothing is
// compared. What target held before is replaced, never merged with.
//
// A target that is an io.Writer is written to while the file is read, so an
// error, ErrCorrupt too, may come after the bytes.
//
// A target that is an artifacts.StagedTarget is committed only after the checks,
// and rolled back if anything fails.
//
// The options' Handler and Settings are not looked at.
func Decode(ctx context.Context, h artifacts.Handler, r io.Reader, a artifacts.Artifact, target any, o *artifacts.LoadOptions) (err error) {
	defer wrap(&err, "decode", h)
	if o == nil {
		o = &artifacts.LoadOptions{}
	}
	if h.Format().OutputOnly {
		return artifacts.ErrOutputOnly
	}
	fresh, assign, err := freshTarget(target)
	if err != nil {
		return err
	}
	if staged, ok := fresh.(artifacts.StagedTarget); ok {
		defer func() {
			if err != nil {
				err = errors.Join(err, staged.Rollback())
			}
		}()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !o.SkipValidation {
		if err := validate(h, a, target); err != nil {
			return err
		}
	}
	in := newReader(ctx, r, a, o.MaxSize)
	var source io.Reader = in
	if whole, ok := r.(artifacts.File); ok {
		if err := in.sizeError(whole.Size()); err != nil {
			return err
		}
		source = file{in, whole}
	}
	if err := decode(ctx, h, source, fresh); err != nil {
		return explain(err, in, a.Environment)
	}
	if err := in.verify(); err != nil {
		return err
	}
	return assign()
}

// freshTarget returns a target for the handler and what moves its content to
// the caller's.
func freshTarget(target any) (fresh any, assign func() error, err error) {
	if staged, ok := target.(artifacts.StagedTarget); ok && !isNil(target) {
		return staged, staged.Commit, nil
	}
	if w, ok := target.(io.Writer); ok && !isNil(target) {
		return w, func() error { return nil }, nil
	}
	if err := artifacts.CheckTarget(target); err != nil {
		return nil, nil, err
	}
	dst := reflect.ValueOf(target).Elem()
	value := reflect.New(dst.Type())
	return value.Interface(), func() error { dst.Set(value.Elem()); return nil }, nil
}

func isNil(v any) bool {
	value := reflect.ValueOf(v)
	return value.Kind() == reflect.Pointer && value.IsNil()
}

func validate(h artifacts.Handler, a artifacts.Artifact, target any) (err error) {
	v, ok := h.(artifacts.EnvironmentValidator)
	if !ok {
		return nil
	}
	defer recovered(&err)
	err = v.ValidateEnvironment(maps.Clone(a.Environment), target)
	if mismatch, ok := err.(*artifacts.EnvironmentError); ok && mismatch != nil && mismatch.Artifact == "" {
		named := *mismatch // the handler may return the same error to others
		named.Artifact = a.Name
		return &named
	}
	return err
}

func decode(ctx context.Context, h artifacts.Handler, r io.Reader, target any) (err error) {
	defer recovered(&err)
	return h.Decode(ctx, r, target)
}

// explain finds the root of a failed decoding. What the reader met comes first;
// a file that is not the one recorded is more worth knowing than what the
// handler stumbled over in it; and what was recorded about the writer's
// surroundings may help with the rest.
func explain(err error, in *reader, recorded artifacts.Environment) error {
	if in.err != nil {
		return in.err
	}
	if errors.Is(err, artifacts.ErrNeedsType) || errors.Is(err, artifacts.ErrTargetType) {
		return fmt.Errorf("%w%s", err, describe(recorded))
	}
	if broken := in.verify(); broken != nil {
		if errors.Is(broken, artifacts.ErrCorrupt) {
			return fmt.Errorf("%w (%w)", broken, err)
		}
		return broken
	}
	return fmt.Errorf("%w%s", err, describe(recorded))
}

func describe(recorded artifacts.Environment) string {
	if len(recorded) == 0 {
		return ""
	}
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(recorded)) {
		pairs = append(pairs, key+" "+strconv.Quote(recorded[key]))
	}
	return " (written with " + strings.Join(pairs, ", ") + ")"
}
