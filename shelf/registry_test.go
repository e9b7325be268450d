package shelf_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

type pair[T any] struct{ A, B T }

// scorer is an interface that types of a program implement.
type scorer interface{ Score() float64 }

type sizer interface{ Size() int }

type linear struct{ W float64 }

func (l linear) Score() float64 { return l.W }
func (l linear) Size() int      { return 1 }

func text3[T any](alias string) shelf.Kind[T] {
	return shelf.FromTyped(artifacts.Typed[T]{
		Kind:  artifacts.Format{Alias: alias},
		Write: func(_ context.Context, w io.Writer, v T) error { _, err := fmt.Fprint(w, v); return err },
		Read:  func(context.Context, io.Reader) (v T, err error) { return v, errors.New("not read here") },
	})
}

// TestRegistration and TestDeregistration are what the names of the seed's tests
// promise (tests/test_registry.py), which test nothing themselves.
func TestRegistration(t *testing.T) {
	r := new(shelf.Registry)
	if err := shelf.Register(r, text3[linear]("lin"), nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"type again", shelf.Register(r, text3[linear]("lin2"), nil), `register type shelf_test.linear: registered already (already exists)`},
		{"type by alias", shelf.RegisterAlias[linear](r, "json", nil), `register type shelf_test.linear: registered already (already exists)`},
		{"alias again", shelf.Register(r, text3[int]("lin"), nil), `register type int: alias "lin" is that of shelf_test.linear: registered already (already exists)`},
		{"alias of a kind", shelf.RegisterAlias[int](r, "lin", nil), `register type int: alias "lin" is that of shelf_test.linear: registered already (already exists)`},
		{"alias of a handler", shelf.Register(r, text3[int]("json"), nil), `register type int: a handler has the alias "json": registered already (already exists)`},
	} {
		if !errors.Is(c.err, shelf.ErrRegistered) || !errors.Is(c.err, artifacts.ErrExists) || c.err.Error() != c.want {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
	for name, err := range map[string]error{
		"alias":    shelf.Register(r, text3[int]("Not an alias"), nil),
		"by alias": shelf.RegisterAlias[int](r, "Not an alias", nil),
		"nothing":  shelf.Register(r, shelf.Kind[int]{Format: artifacts.Format{Alias: "int"}}, nil),
		"no Read": shelf.Register(r, shelf.Kind[int]{
			Format: artifacts.Format{Alias: "int"},
			Write:  func(context.Context, shelf.Out, int) error { return nil },
		}, nil),
	} {
		if err == nil || errors.Is(err, shelf.ErrRegistered) {
			t.Errorf("bad %s: %v", name, err)
		}
	}
	clobber := &shelf.RegisterOptions{Clobber: true}
	if err := shelf.Register(r, text3[linear]("lin2"), clobber); err != nil {
		t.Fatal(err)
	}
	if c, err := r.ByType(reflect.TypeFor[linear](), nil); err != nil || c.Format().Alias != "lin2" {
		t.Errorf("clobbered: %v, %v", c, err)
	}
	if _, err := r.ByAlias("lin"); !errors.Is(err, artifacts.ErrUnknownHandler) {
		t.Errorf("the alias of what was clobbered: %v", err)
	}
	if err := shelf.Register(r, text3[int]("lin2"), clobber); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ByType(reflect.TypeFor[linear](), nil); !errors.Is(err, artifacts.ErrUnknownHandler) {
		t.Errorf("the type of which the alias was clobbered: %v", err)
	}
	func() {
		defer func() {
			if got := fmt.Sprint(recover()); !strings.HasPrefix(got, "shelf: register type int: ") {
				t.Errorf("MustRegister panicked with %q", got)
			}
		}()
		shelf.MustRegister(r, text3[int]("other"), nil)
	}()
}

func TestDeregistration(t *testing.T) {
	r := new(shelf.Registry)
	shelf.MustRegister(r, text3[linear]("lin"), nil)
	if !shelf.Deregister[linear](r) || shelf.Deregister[linear](r) {
		t.Error("Deregister does not tell whether there was something")
	}
	_, byType := r.ByType(reflect.TypeFor[linear](), nil)
	_, byAlias := r.ByAlias("lin")
	if !errors.Is(byType, artifacts.ErrUnknownHandler) || !errors.Is(byAlias, artifacts.ErrUnknownHandler) {
		t.Errorf("still found: %v, %v", byType, byAlias)
	}
	for _, err := range []error{shelf.RegisterAlias[linear](r, "json", nil), shelf.RegisterAlias[*linear](r, "json", nil), shelf.RegisterAlias[int](r, "text", nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !r.DeregisterAlias("json") || r.DeregisterAlias("json") {
		t.Error("DeregisterAlias does not tell whether there was something")
	}
	if _, err := r.ByAlias("json"); err != nil {
		t.Errorf("the handler is gone: %v", err)
	}
	var left []string
	for typ, alias := range r.All() {
		left = append(left, typ.String()+" "+alias)
	}
	if diff := cmp.Diff([]string{"int text"}, left); diff != "" {
		t.Errorf("registered (-want +got):\n%s", diff)
	}
}

func TestByType(t *testing.T) {
	r := shelf.NewRegistry(artifacts.Default())
	shelf.MustRegister(r, text3[pair[int]]("pair-int"), nil)
	shelf.MustRegister(r, text3[pair[string]]("pair-string"), nil)
	shelf.MustRegister(r, text3[map[string]bool]("set"), nil)
	shelf.MustRegister(r, text3[scorer]("scorer"), nil)
	shelf.MustRegister(r, text3[sizer]("sizer"), nil)
	shelf.MustRegister(r, text3[*point]("point"), nil)
	if err := shelf.RegisterAlias[named](r, "json", nil); err != nil {
		t.Fatal(err)
	}
	if err := shelf.RegisterAlias[uint8](r, "later", nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		typ   reflect.Type
		o     *shelf.LookupOptions
		alias string
		want  string // of the error
	}{
		{reflect.TypeFor[pair[int]](), nil, "pair-int", ""},
		{reflect.TypeFor[pair[string]](), nil, "pair-string", ""},
		{reflect.TypeFor[pair[bool]](), nil, "", "find codec: unknown handler for type shelf_test.pair[bool]: register it with shelf.Register or shelf.RegisterAlias"},
		{reflect.TypeFor[map[string]bool](), nil, "set", ""},
		{reflect.TypeFor[named](), &shelf.LookupOptions{Strict: true}, "json", ""},
		// linear implements both interfaces: the first one that was registered.
		{reflect.TypeFor[linear](), nil, "scorer", ""},
		{reflect.TypeFor[*linear](), nil, "scorer", ""},
		{reflect.TypeFor[scorer](), &shelf.LookupOptions{Strict: true}, "scorer", ""},
		{reflect.TypeFor[linear](), &shelf.LookupOptions{Strict: true}, "", "find codec: unknown handler for type shelf_test.linear: register it with shelf.Register or shelf.RegisterAlias"},
		{reflect.TypeFor[linear](), &shelf.LookupOptions{Bound: reflect.TypeFor[sizer]()}, "sizer", ""},
		{reflect.TypeFor[linear](), &shelf.LookupOptions{Bound: reflect.TypeFor[fmt.Stringer]()}, "", "find codec: unknown handler for type shelf_test.linear: register it with shelf.Register or shelf.RegisterAlias"},
		{reflect.TypeFor[linear](), &shelf.LookupOptions{Bound: reflect.TypeFor[int]()}, "", "find codec of type shelf_test.linear: bound int is not an interface"},
		{reflect.TypeFor[point](), nil, "", "find codec: unknown handler for type shelf_test.point (*shelf_test.point is registered)"},
		{reflect.TypeFor[*named](), nil, "", "find codec: unknown handler for type *shelf_test.named (shelf_test.named is registered)"},
		{reflect.TypeFor[uint8](), nil, "", `find codec of type uint8: unknown handler "later" (known: gob, json, text)`},
		{nil, nil, "", "find codec: a nil interface has no type to choose one by"},
	} {
		got, err := r.ByType(c.typ, c.o)
		if c.want != "" {
			if err == nil || err.Error() != c.want {
				t.Errorf("%v: error %v, want %s", c.typ, err, c.want)
			}
			continue
		}
		if err != nil || got.Format().Alias != c.alias {
			t.Errorf("%v: %v, %v; want %s", c.typ, got, err, c.alias)
			continue
		}
		if c.alias == "json" {
			continue
		}
		if same, err := r.ByAlias(c.alias); err != nil || same.Type() != got.Type() || same.Several() {
			t.Errorf("%s by its alias: %v, %v", c.alias, same, err)
		}
	}
}

// TestRegisterAtOnce registers, finds and lists from several goroutines; the race
// detector watches.
func TestRegisterAtOnce(t *testing.T) {
	r := new(shelf.Registry)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				err := shelf.Register(r, text3[linear](fmt.Sprintf("lin-%d", i)), &shelf.RegisterOptions{Clobber: true})
				if err != nil {
					t.Error(err)
				}
				_, _ = r.ByType(reflect.TypeFor[linear](), nil) // another goroutine may have taken it out
				_, _ = r.ByAlias("lin-0")
				for typ := range r.All() {
					if typ != reflect.TypeFor[linear]() {
						t.Errorf("registered: %v", typ)
					}
					shelf.Deregister[int](r)
				}
			}
		})
	}
	all.Wait()
}
