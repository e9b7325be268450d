package artifacts_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
)

type point struct{ X, Y uint32 }

func (p point) String() string { return fmt.Sprintf("(%d, %d)", p.X, p.Y) }

var points = artifacts.Typed[point]{
	Kind: artifacts.Format{Alias: "point", Suffix: "pt", Binary: true},
	Write: func(_ context.Context, w io.Writer, p point) error {
		return binary.Write(w, binary.LittleEndian, p)
	},
	Read: func(_ context.Context, r io.Reader) (p point, err error) {
		if err := binary.Read(r, binary.LittleEndian, &p); err != nil {
			return p, fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
		}
		return p, nil
	},
}

func TestTypedConformance(t *testing.T) {
	artifacttest.Run(t, points,
		artifacttest.Case{Name: "value", Value: point{1, 2}, Natural: point{1, 2}, File: []byte{1, 0, 0, 0, 2, 0, 0, 0}},
		artifacttest.Case{Name: "pointer", Value: &point{3, 4}, Want: point{3, 4}},
		artifacttest.Case{Name: "other type", Value: 3, Refused: true},
		artifacttest.Case{Name: "nil", Value: nil, Refused: true},
		artifacttest.Case{Name: "nil pointer", Value: (*point)(nil), Refused: true},
	)
}

func TestTypedIntoInterface(t *testing.T) {
	file, w := io.Pipe()
	go func() { w.CloseWithError(points.Encode(t.Context(), w, point{5, 6})) }()
	var target fmt.Stringer
	if err := points.Decode(t.Context(), file, &target); err != nil || target.String() != "(5, 6)" {
		t.Errorf("Decode gives %v, %v", target, err)
	}
}

func TestTypedOneWay(t *testing.T) {
	writeOnly := points
	writeOnly.Kind.OutputOnly = true
	if err := writeOnly.Decode(t.Context(), nil, new(point)); !errors.Is(err, artifacts.ErrOutputOnly) {
		t.Errorf("Decode with OutputOnly returns %v", err)
	}
	empty := artifacts.Typed[point]{Kind: points.Kind}
	if err := empty.Decode(t.Context(), nil, new(point)); !errors.Is(err, artifacts.ErrOutputOnly) {
		t.Errorf("Decode without Read returns %v", err)
	}
	if err := empty.Encode(t.Context(), io.Discard, point{}); !errors.Is(err, artifacts.ErrUnsupportedValue) {
		t.Errorf("Encode without Write returns %v", err)
	}
}

func TestAssign(t *testing.T) {
	var (
		number int
		list   []int
		err    error
		value  any
	)
	good := []struct{ target, value any }{
		{&number, 3}, {&list, []int{1}}, {&list, nil}, {&err, io.EOF}, {&value, "x"}, {&value, nil},
	}
	for _, test := range good {
		if err := artifacts.Assign(test.target, test.value); err != nil {
			t.Errorf("Assign(%T, %v): %v", test.target, test.value, err)
		}
	}
	if number != 3 || list != nil || err != io.EOF || value != nil {
		t.Errorf("assigned %v %v %v %v", number, list, err, value)
	}
	bad := []struct{ target, value any }{
		{&number, "x"}, {&number, int8(1)}, {&number, nil}, {&err, 3}, {number, 3}, {nil, 3}, {(*int)(nil), 3},
	}
	for _, test := range bad {
		if err := artifacts.Assign(test.target, test.value); !errors.Is(err, artifacts.ErrTargetType) {
			t.Errorf("Assign(%T, %v) returns %v", test.target, test.value, err)
		}
	}
}

// TestTypedAny: nil is a value like any other for a handler of all values, and
// comes back as that.
func TestTypedAny(t *testing.T) {
	h := artifacts.Typed[any]{
		Kind: artifacts.Format{Alias: "go", Suffix: "txt"},
		Write: func(_ context.Context, w io.Writer, value any) error {
			_, err := fmt.Fprintf(w, "%#v", value)
			return err
		},
		Read: func(context.Context, io.Reader) (any, error) { return nil, nil },
	}
	var b strings.Builder
	if err := errors.Join(h.Check(nil), h.Encode(t.Context(), &b, nil)); err != nil || b.String() != "<nil>" {
		t.Errorf("wrote %q, %v", b.String(), err)
	}
	target := any("before")
	if err := h.Decode(t.Context(), strings.NewReader(b.String()), &target); err != nil || target != nil {
		t.Errorf("read %v, %v", target, err)
	}
}
