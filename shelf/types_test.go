package shelf_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// scorers keeps any scorer; what it makes is a linear.
var scorers = shelf.FromTyped(artifacts.Typed[scorer]{
	Kind: artifacts.Format{Alias: "scorer"},
	Write: func(_ context.Context, w io.Writer, s scorer) error {
		return json.NewEncoder(w).Encode(s.Score())
	},
	Read: func(_ context.Context, r io.Reader) (scorer, error) {
		var l linear
		err := json.NewDecoder(r).Decode(&l.W)
		return l, err
	},
})

// mute implements scorer and is not what the codec makes.
type mute struct{}

func (mute) Score() float64 { return 7 }

func TestTypes(t *testing.T) {
	r := newRegistry(t)
	shelf.MustRegister(r, scorers, nil)
	shelf.MustRegister(r, shelf.Kind[*pair[string]]{
		Format:  artifacts.Format{Alias: "pair"},
		Several: true,
		Write: func(_ context.Context, out shelf.Out, p *pair[string]) error {
			return errors.Join(writeFile(out, "a", p.A), writeFile(out, "b", p.B))
		},
		Read: func(_ context.Context, in shelf.In) (*pair[string], error) {
			a, errA := readFile(in, "a")
			b, errB := readFile(in, "b")
			return &pair[string]{a, b}, errors.Join(errA, errB)
		},
	}, nil)
	if err := shelf.RegisterAlias[map[string]int](r, "json", nil); err != nil {
		t.Fatal(err)
	}
	s := shelf.New(&shelf.Options{Registry: r})
	ctx := t.Context()
	url := func() string { return storetest.MemoryURL("value") }

	t.Run("pointer", func(t *testing.T) {
		at := url()
		mustPut(t, s, at, &pair[string]{"x", "y"})
		if diff := cmp.Diff(&pair[string]{"x", "y"}, mustGet[*pair[string]](t, s, at)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		_, err := shelf.Get[pair[string]](ctx, s, at, nil)
		if !errors.Is(err, artifacts.ErrUnknownHandler) || !strings.Contains(err.Error(), "*shelf_test.pair[string] is registered") {
			t.Errorf("as a value: %v", err)
		}
	})
	t.Run("map", func(t *testing.T) {
		at := url()
		mustPut(t, s, at, map[string]int{"a": 1, "b": 2})
		if diff := cmp.Diff(map[string]int{"a": 1, "b": 2}, mustGet[map[string]int](t, s, at)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("interface", func(t *testing.T) {
		// The type in the interface is the key of a put, the interface that of a get.
		at := url()
		m := mustPut[scorer](t, s, at, linear{2.5})
		if m.Handler != "scorer" || m.Type != "shelf_test.linear" {
			t.Errorf("manifest %+v", m)
		}
		if got := mustGet[scorer](t, s, at); got != (linear{2.5}) {
			t.Errorf("as scorer: %v", got)
		}
		if got := mustGet[linear](t, s, at); got != (linear{2.5}) {
			t.Errorf("as linear: %v", got)
		}
		_, err := shelf.Get[mute](ctx, s, at, nil)
		if !errors.Is(err, artifacts.ErrTargetType) || !strings.Contains(err.Error(), "linear") || !strings.Contains(err.Error(), "mute") {
			t.Errorf("as another scorer: %v", err)
		}
		mustPut[any](t, s, at, point{1, 2})
		if got := mustGet[point](t, s, at); got != (point{1, 2}) {
			t.Errorf("put as any: %v", got)
		}
		_, err = shelf.Put[scorer](ctx, s, at, nil, nil)
		if err == nil || !strings.Contains(err.Error(), "nil interface") {
			t.Errorf("nil interface: %v", err)
		}
	})
	t.Run("another type", func(t *testing.T) {
		at := url()
		mustPut(t, s, at, point{1, 2})
		_, err := shelf.Get[linear](ctx, s, at, nil)
		if !errors.Is(err, artifacts.ErrTargetType) || !strings.Contains(err.Error(), "point") || !strings.Contains(err.Error(), "linear") {
			t.Errorf("point as linear: %v", err)
		}
		// Without the codec that wrote it.
		other := new(shelf.Registry)
		shelf.MustRegister(other, text3[linear]("lin"), nil)
		_, err = shelf.Get[linear](ctx, shelf.New(&shelf.Options{Registry: other}), at, nil)
		if !errors.Is(err, artifacts.ErrTargetType) || !errors.Is(err, artifacts.ErrUnknownHandler) || !strings.Contains(err.Error(), "a shelf_test.point that handler \"point\" wrote") {
			t.Errorf("point as linear, without its codec: %v", err)
		}
	})
	t.Run("another alias", func(t *testing.T) {
		// A named is JSON where it is registered, and was put as something else.
		at := url()
		if _, err := s.PutAs(ctx, at, "gob", named{Name: "n"}, nil); err != nil {
			t.Fatal(err)
		}
		if got := mustGet[named](t, s, at); got.Name != "n" {
			t.Errorf("got %+v", got)
		}
		var target named
		if err := s.GetAs(ctx, at, "json", &target, nil); err == nil {
			t.Errorf("gob read as JSON: %+v", target)
		}
	})
	t.Run("any", func(t *testing.T) {
		at := url()
		mustPut(t, s, at, point{1, 2})
		if got, err := s.GetAny(ctx, at, nil); err != nil || got != (point{1, 2}) {
			t.Errorf("got %v, %v", got, err)
		}
		mustPut(t, s, at, named{Name: "n"})
		if got, err := s.GetAny(ctx, at, nil); err != nil || got == nil {
			t.Errorf("got %v, %v", got, err)
		}
	})
	t.Run("settings", func(t *testing.T) {
		at := url()
		m, err := s.PutAs(ctx, at, "json", []int{1}, &shelf.PutOptions{Settings: map[string]any{"indent": 1}})
		if err != nil || m.Size() != int64(len("[\n 1\n]")) {
			t.Errorf("indented: %+v, %v", m, err)
		}
		if _, err := s.PutAs(ctx, at, "json", 1, &shelf.PutOptions{Settings: map[string]any{"nosuch": 1}}); err == nil {
			t.Error("unknown setting is taken")
		}
		_, err = s.PutAs(ctx, at, "book", book{}, &shelf.PutOptions{Settings: map[string]any{"indent": 1}})
		if !errors.Is(err, artifacts.ErrSettings) {
			t.Errorf("settings of a kind: %v", err)
		}
	})
}

// dated records the day on which it writes, and reads that of the day only.
type dated struct {
	artifacts.Typed[int]
	day string
}

func (d dated) Environment(any) artifacts.Environment { return artifacts.Environment{"day": d.day} }

func (d dated) ValidateEnvironment(recorded artifacts.Environment, _ any) error {
	if now := d.Environment(nil); recorded["day"] != now["day"] {
		return &artifacts.EnvironmentError{Recorded: recorded, Current: now}
	}
	return nil
}

func TestEnvironment(t *testing.T) {
	on := func(day string) *shelf.Shelf {
		handlers := new(artifacts.Registry)
		handlers.Register(dated{artifacts.Typed[int]{
			Kind:  artifacts.Format{Alias: "dated"},
			Write: func(_ context.Context, w io.Writer, n int) error { return json.NewEncoder(w).Encode(n) },
			Read: func(_ context.Context, r io.Reader) (n int, err error) {
				err = json.NewDecoder(r).Decode(&n)
				return n, err
			},
		}, day})
		r := shelf.NewRegistry(handlers)
		if err := shelf.RegisterAlias[int](r, "dated", nil); err != nil {
			t.Fatal(err)
		}
		return shelf.New(&shelf.Options{Registry: r})
	}
	url := storetest.MemoryURL("n")
	m := mustPut(t, on("monday"), url, 3)
	if diff := cmp.Diff(artifacts.Environment{"day": "monday"}, m.Environment); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
	if got := mustGet[int](t, on("monday"), url); got != 3 {
		t.Errorf("got %d", got)
	}
	if _, err := shelf.Get[int](t.Context(), on("tuesday"), url, nil); err == nil || !strings.Contains(err.Error(), `day was "monday", is "tuesday"`) {
		t.Errorf("on another day: %v", err)
	}
	got, err := shelf.Get[int](t.Context(), on("tuesday"), url, &shelf.GetOptions{SkipValidation: true})
	if err != nil || got != 3 {
		t.Errorf("without validation: %d, %v", got, err)
	}
	if _, err := shelf.Get[int](t.Context(), on("monday"), url, &shelf.GetOptions{MaxSize: 1}); !errors.Is(err, artifacts.ErrTooLarge) {
		t.Errorf("two bytes where one is allowed: %v", err)
	}
}
