package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Types are the named types and the functions that texts may mention. The zero
// Types has those of the standard library that the documentation of the package
// lists, and is ready for use. It must not be copied after that.
//
// It is safe for concurrent use.
type Types struct {
	mu    sync.RWMutex
	named map[string]reflect.Type // by path and name: "net/netip.Addr"
	seen  map[reflect.Type]bool   // whose parts have been gone through
	funcs map[string]reflect.Value
	outer *Types // knows what is not here; nil: the common ones do
}

var defaultTypes = new(Types)

// DefaultTypes returns the types used where none are given. It is shared by the
// whole process.
func DefaultTypes() *Types { return defaultTypes }

// RegisterType adds T to the [DefaultTypes], see [Types.AddType]. It panics where
// that returns an error, and is meant for init functions.
func RegisterType[T any]() {
	if err := defaultTypes.AddType(reflect.TypeFor[T]()); err != nil {
		panic("archive: " + err.Error())
	}
}

// RegisterFunc adds a function to the [DefaultTypes], see [Types.AddFunc]. It
// panics where that returns an error, and is meant for init functions.
func RegisterFunc(fn any) {
	if err := defaultTypes.AddFunc(fn); err != nil {
		panic("archive: " + err.Error())
	}
}

// common are known everywhere.
var common = sync.OnceValue(func() *Types {
	ts := &Types{outer: new(Types)}
	for _, t := range []reflect.Type{
		reflect.TypeFor[error](),
		reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[time.Month](), reflect.TypeFor[time.Weekday](),
		reflect.TypeFor[big.Int](), reflect.TypeFor[big.Rat](), reflect.TypeFor[big.Float](),
		reflect.TypeFor[netip.Addr](), reflect.TypeFor[netip.AddrPort](), reflect.TypeFor[netip.Prefix](),
		reflect.TypeFor[url.URL](), reflect.TypeFor[url.Values](),
		reflect.TypeFor[json.Number](), reflect.TypeFor[json.RawMessage](),
	} {
		ts.add(t)
	}
	return ts
})

// AddType adds a type, and all that it is made of: types of elements and fields,
// and what pointers in them point to. What interfaces hold is not known from a
// type and has to be added by itself.
func (ts *Types) AddType(t reflect.Type) error {
	if t == nil {
		return errors.New("register type: type is nil")
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.add(t)
	return nil
}

func (ts *Types) add(t reflect.Type) {
	if ts.seen[t] {
		return
	}
	if ts.seen == nil {
		ts.seen = make(map[reflect.Type]bool)
		ts.named = make(map[string]reflect.Type)
	}
	ts.seen[t] = true
	if t.PkgPath() != "" {
		ts.named[fullName(t)] = t
	}
	switch t.Kind() {
	case reflect.Map:
		ts.add(t.Key())
		ts.add(t.Elem())
	case reflect.Pointer, reflect.Slice, reflect.Array:
		ts.add(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if f.IsExported() {
				ts.add(f.Type)
			}
		}
	}
}

// AddFunc adds a function under its own name: as a constructor (see [Archivable])
// or as a value. It must be one that is declared in a package and has a name:
// neither a closure, nor a method, nor generic. Its results are not looked at
// until it is called, but added as types.
func (ts *Types) AddFunc(fn any) error {
	name, err := nameOfFunc(fn)
	if err != nil {
		return fmt.Errorf("register function: %w", err)
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.funcs == nil {
		ts.funcs = make(map[string]reflect.Value)
	}
	v := reflect.ValueOf(fn)
	ts.funcs[name.String()] = v
	for t := range v.Type().Outs() {
		ts.add(t)
	}
	return nil
}

// With returns types that know t and what it is made of, and all that ts knows then
// and later. A nil ts means the [DefaultTypes].
func (ts *Types) With(t reflect.Type) *Types {
	if ts == nil {
		ts = defaultTypes
	}
	inner := &Types{outer: ts}
	inner.add(t)
	return inner
}

func (ts *Types) lookupType(name string) (reflect.Type, bool) {
	ts.mu.RLock()
	t, ok := ts.named[name]
	ts.mu.RUnlock()
	if ok {
		return t, true
	}
	if next := ts.next(); next != nil {
		return next.lookupType(name)
	}
	return nil, false
}

func (ts *Types) lookupFunc(name string) (reflect.Value, bool) {
	ts.mu.RLock()
	f, ok := ts.funcs[name]
	ts.mu.RUnlock()
	if ok {
		return f, true
	}
	if next := ts.next(); next != nil {
		return next.lookupFunc(name)
	}
	return reflect.Value{}, false
}

// next is asked for what ts does not know; nil: nobody is.
func (ts *Types) next() *Types {
	switch {
	case ts.outer != nil:
		return ts.outer
	case ts == common().outer:
		return nil
	}
	return common()
}

// A funcName is what a function is called.
type funcName struct{ path, ident string }

func (f funcName) String() string { return f.path + "." + f.ident }

// nameOfFunc returns the name of a function that is declared in a package.
func nameOfFunc(fn any) (funcName, error) {
	v := reflect.ValueOf(fn)
	if v.Kind() != reflect.Func || v.IsNil() {
		return funcName{}, fmt.Errorf("%w: a %T is not a function", artifacts.ErrUnsupportedValue, fn)
	}
	name := runtime.FuncForPC(v.Pointer()).Name()
	slash := strings.LastIndexByte(name, '/') + 1
	dir, last := name[:slash], name[slash:]
	pkg, ident, _ := strings.Cut(last, ".")
	if !isIdentifier(ident) {
		return funcName{}, fmt.Errorf("%w: %s has no name of its own in a package", artifacts.ErrUnsupportedValue, name)
	}
	// The linker writes a dot in the last element of a path as %2e, because it is
	// what ends the path.
	return funcName{dir + strings.ReplaceAll(pkg, "%2e", "."), ident}, nil
}

// fullName returns a type as package reflect does in the names of generic types:
// with whole paths.
func fullName(t reflect.Type) string {
	if t.Name() != "" {
		if t.PkgPath() == "" {
			return t.Name()
		}
		// The names of arguments have a dot in the last element of a path as %2e.
		return t.PkgPath() + "." + strings.ReplaceAll(t.Name(), "%2e", ".")
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + fullName(t.Elem())
	case reflect.Slice:
		return "[]" + fullName(t.Elem())
	case reflect.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), fullName(t.Elem()))
	case reflect.Map:
		return "map[" + fullName(t.Key()) + "]" + fullName(t.Elem())
	}
	return t.String()
}
