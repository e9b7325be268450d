package archive_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/archive/internal/model"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

const modelPath = "github.com/lazyscribe-go/lazyscribe/archive/internal/model"

// head imports what texts in the tests mention, on the first three lines.
const head = "package archive\n" +
	`import ("` + modelPath + `"; "math"; "time"; "sync"; "os"; "math/big")` + "\n\n"

func restore(t testing.TB, body string) (*archive.Objects, error) {
	t.Helper()
	return archive.Restore(t.Context(), []byte(head+body), &archive.RestoreOptions{Types: known(t)})
}

// TestHandWritten has texts as people may change them.
func TestHandWritten(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want any
	}{
		"one line":        {"var X = []int{1, 2}", []int{1, 2}},
		"comments":        {"// C\nvar X /* x */ = map[string]int{\n\t\"a\": 1, // one\n}\n", map[string]int{"a": 1}},
		"hexadecimal":     {"var X = []uint8{0xff, 0b1, 0o7, 1_0}", []uint8{255, 1, 7, 10}},
		"raw string":      {"var X = `a\\n`", `a\n`},
		"minus":           {"var X = []float64{-1, -0.5, -0}", []float64{-1, -0.5, 0}},
		"other form":      {"var g7 = []int{1}\nvar g8 = sync.OnceValue(func() [][]int { return [][]int{g7} })\nvar X = [][][]int{g8(), {g7}}", [][][]int{{{1}}, {{1}}}},
		"any":             {"var X = any(5)", 5},
		"signature":       {"var X = (func(int, ...string) (bool, error))(nil)", (func(int, ...string) (bool, error))(nil)},
		"nested pointers": {"var X = lsPtr(lsPtr(&model.Cell{Row: 3}))", new(new(&model.Cell{Row: 3}))},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := restore(t, c.body)
			if err != nil {
				t.Fatal(err)
			}
			got, err := o.Value("X")
			if err != nil || !equal(got, c.want) {
				t.Errorf("got %#v (%v), want %#v", got, err, c.want)
			}
		})
	}
}

// TestHostile has texts that want something done, or too much. Each is refused
// where it says.
func TestHostile(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		at   [2]int // line and column; the body begins in line 4
		is   error
		want string
	}{
		"exit":             {"var X = os.Exit(1)", [2]int{4, 9}, artifacts.ErrNeedsType, "os.Exit is neither a type nor a function that is registered"},
		"init":             {"func init() {\n\tos.Exit(1)\n}", [2]int{4, 13}, artifacts.ErrCorrupt, `found "{", want a type`},
		"main":             {"func main() int { return os.Exit(1) }", [2]int{4, 26}, artifacts.ErrCorrupt, `"os" is not declared`},
		"statement":        {"var onceX = sync.OnceValue(func() int { os.Exit(1); return 1 })", [2]int{4, 41}, artifacts.ErrCorrupt, `found "os", want "return"`},
		"closure":          {"var X = func() int { return 1 }()", [2]int{4, 20}, artifacts.ErrCorrupt, "a func() int is not written with braces"},
		"two statements":   {"var onceX = sync.OnceValue(func() int { return 1; os.Exit(1) })", [2]int{4, 51}, artifacts.ErrCorrupt, `want "}"`},
		"method":           {"var X = new(big.Int).SetBit(nil, 1 << 40, 1)", [2]int{4, 9}, artifacts.ErrCorrupt, `"new" is not declared`},
		"arithmetic":       {"var X = 1 + 1", [2]int{4, 11}, artifacts.ErrCorrupt, `found "+"`},
		"const":            {"const X = 1", [2]int{4, 1}, artifacts.ErrCorrupt, `found "const"`},
		"type":             {"type T struct{}", [2]int{4, 8}, artifacts.ErrCorrupt, `found "struct", want "="`},
		"unknown type":     {"var X = os.File{}", [2]int{4, 9}, artifacts.ErrNeedsType, "type os.File is not registered"},
		"unknown package":  {"var X = syscall.Exit(1)", [2]int{4, 9}, artifacts.ErrCorrupt, "package syscall is not imported"},
		"cycle":            {"var A = []any{B}\nvar B = []any{A}", [2]int{4, 15}, artifacts.ErrCorrupt, `"B" is not declared, or only further down`},
		"itself":           {"var A = []any{A}", [2]int{4, 15}, artifacts.ErrCorrupt, `"A" is not declared`},
		"huge array":       {"var X = [1 << 40]int{}", [2]int{4, 12}, artifacts.ErrCorrupt, `found "<<"`},
		"huge length":      {"var X = [1000000000000]int{}", [2]int{4, 9}, artifacts.ErrTooLarge, "an array of 1000000000000 elements"},
		"huge squared":     {"var X = [1000000][1000000]byte{}", [2]int{4, 9}, artifacts.ErrTooLarge, "an array of 1000000 elements"},
		"many large":       {"var X = [][10000000]byte{" + strings.Repeat("{}, ", 30) + "}", [2]int{}, artifacts.ErrTooLarge, "more than the memory allowed"},
		"negative":         {"var X = [-1]int{}", [2]int{4, 9}, artifacts.ErrTooLarge, "an array of -1"},
		"too many":         {"var X = [2]int{1, 2, 3}", [2]int{4, 22}, artifacts.ErrCorrupt, "has no element 2"},
		"deep":             {"var X = " + strings.Repeat("[]any{", 20000), [2]int{}, artifacts.ErrTooLarge, "more than 10000 levels"},
		"deep type":        {"var X = " + strings.Repeat("[]", 20000) + "int{}", [2]int{}, artifacts.ErrTooLarge, "more than 10000 levels"},
		"many types":       {"var X = []any{" + types(20000) + "}", [2]int{}, artifacts.ErrTooLarge, "makes up more than 10000 types"},
		"doubled structs":  {doubled("struct {\n\tA %[1]s\n\tB %[1]s\n}"), [2]int{}, artifacts.ErrTooLarge, "a type whose parts have names of"},
		"doubled funcs":    {doubled("func(%[1]s) %[1]s"), [2]int{}, artifacts.ErrTooLarge, "a type whose parts have names of"},
		"doubled maps":     {doubled("map[*%[1]s]*%[1]s"), [2]int{}, artifacts.ErrTooLarge, "a type whose parts have names of"},
		"uintptr":          {"var X = uintptr(5)", [2]int{4, 17}, artifacts.ErrCorrupt, "5 is not a uintptr"},
		"octal":            {"var X = []float64{010}", [2]int{4, 19}, artifacts.ErrCorrupt, "010 is a whole number of base 2, 8 or 16"},
		"deep parentheses": {"var X = " + strings.Repeat("(", 20000), [2]int{4, 10}, artifacts.ErrCorrupt, "want a type"},
		"key":              {"var X = map[any]int{[]int{}: 1}", [2]int{4, 21}, artifacts.ErrCorrupt, "cannot be a key"},
		"key type":         {"var X = map[[]int]int{}", [2]int{4, 9}, artifacts.ErrCorrupt, "there is no such type"},
		"twice a key":      {`var X = map[string]int{"a": 1, "a": 2}`, [2]int{4, 32}, artifacts.ErrCorrupt, "the key is in the map already"},
		"twice a field":    {"var X = model.Cell{Row: 1, Row: 2}", [2]int{4, 28}, artifacts.ErrCorrupt, "field Row is set twice"},
		"twice a name":     {"var X = 1\nvar X = 2", [2]int{5, 5}, artifacts.ErrCorrupt, "X is declared twice"},
		"no field":         {"var X = model.Cell{Depth: 1}", [2]int{4, 20}, artifacts.ErrCorrupt, "a model.Cell has no field Depth"},
		"hidden field":     {"var X = model.Layer{cache: nil}", [2]int{4, 21}, artifacts.ErrCorrupt, "has no field cache that is archived"},
		"promoted field":   {"var X = model.Plain{Row: 1}", [2]int{4, 21}, artifacts.ErrCorrupt, "has no field Row"},
		"positional":       {"var X = model.Cell{1, 2}", [2]int{4, 20}, artifacts.ErrCorrupt, `found "1", want a name`},
		"overflow":         {"var X = int8(300)", [2]int{4, 14}, artifacts.ErrCorrupt, "300 does not fit a int8"},
		"fraction":         {"var X = int(1.5)", [2]int{4, 13}, artifacts.ErrCorrupt, "1.5 is not a int"},
		"sign":             {`var X = -"a"`, [2]int{4, 10}, artifacts.ErrCorrupt, "want a number"},
		"wrong type":       {`var X = []int{"a"}`, [2]int{4, 15}, artifacts.ErrCorrupt, "a string is not a int"},
		"wrong object":     {"var A = \"a\"\nvar X = []int{A}", [2]int{5, 15}, artifacts.ErrCorrupt, "a string is not a int"},
		"nil number":       {"var X = []int{nil}", [2]int{4, 15}, artifacts.ErrCorrupt, "nil is not a int"},
		"nil pointer":      {"var X = lsPtr(nil)", [2]int{4, 9}, artifacts.ErrCorrupt, "lsPtr(nil) has no type"},
		"dereferenced nil": {"var X = *(*int)(nil)", [2]int{4, 9}, artifacts.ErrCorrupt, "there is no pointer after *"},
		"not a method":     {`var X = lsText[model.Cell]("x")`, [2]int{4, 9}, artifacts.ErrCorrupt, "a model.Cell cannot be read from such a text"},
		"bad text":         {`var X = lsText[model.Secret]("x")`, [2]int{4, 9}, artifacts.ErrCorrupt, `"x" is not a secret`},
		"panic":            {`var X = lsText[model.Fragile]("1")`, [2]int{4, 9}, artifacts.ErrCorrupt, "panic: it broke"},
		"failing call":     {"var X = lsMust(model.NewRatio(1, 0))", [2]int{4, 16}, artifacts.ErrCorrupt, "NewRatio: the denominator is zero"},
		"few arguments":    {"var X = lsMust(model.NewRatio(1))", [2]int{4, 32}, artifacts.ErrCorrupt, "the function takes 2 arguments"},
		"many arguments":   {"var X = lsMust(model.NewRatio(1, 2, 3))", [2]int{4, 37}, artifacts.ErrCorrupt, "the function takes 2 arguments"},
		"two results":      {"var X = model.NewRatio(1, 2)", [2]int{4, 9}, artifacts.ErrCorrupt, "returns 2 values"},
		"one result":       {"var X = lsMust(model.NewCounter(1, nil))", [2]int{4, 16}, artifacts.ErrCorrupt, "does not return a value and an error"},
		"no array":         {`var X = lsArray[[]int](lsFiles, "../../etc/passwd")`, [2]int{4, 9}, artifacts.ErrNotFound, "no Arrays were given"},
		"local time":       {"var X = time.Date(2026, 1, 1, 0, 0, 0, 0, time.Local)", [2]int{4, 43}, artifacts.ErrCorrupt, "not a zone"},
		"now":              {"var X = time.Now()", [2]int{4, 9}, artifacts.ErrNeedsType, "time.Now"},
		"other number":     {"var X = math.Inf(1, 2)", [2]int{4, 9}, artifacts.ErrCorrupt, "do not write this number so"},
		"constant":         {"var X = math.MaxInt", [2]int{4, 9}, artifacts.ErrNeedsType, "math.MaxInt"},
		"unfinished":       {"var X = []int{1,", [2]int{4, 17}, artifacts.ErrCorrupt, "the end"},
		"unfinished text":  {"var X = \"abc", [2]int{4, 9}, artifacts.ErrCorrupt, "string literal not terminated"},
		"shadowed":         {"import (\"os\"; os \"math\")\nvar X = 1", [2]int{4, 9}, artifacts.ErrCorrupt, `package "os" cannot be called "os" here`},
		"unnamed struct":   {"type lsT0 = struct {\n\tA int\n\tA int\n}", [2]int{4, 13}, artifacts.ErrCorrupt, "there is no such type"},
		"another function": {"var onceX = sync.OnceFunc(func() int { return 1 })", [2]int{4, 18}, artifacts.ErrCorrupt, `want "OnceValue"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := restore(t, c.body)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %.300v, want %s", err, c.want)
			}
			if !errors.Is(err, c.is) {
				t.Errorf("%v is not %v", err, c.is)
			}
			at, ok := errors.AsType[*archive.TextError](err)
			if !ok {
				t.Fatalf("%v has no line", err)
			}
			if got := [2]int{at.Line, at.Column}; got != c.at && c.at != [2]int{} {
				t.Errorf("at %v, want %v: %v", got, c.at, err)
			}
		})
	}
}

// types returns so many literals of types that nobody has.
func types(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "[%d]byte{}, ", i)
	}
	return b.String()
}

// doubled returns types each of which has the one before it twice, in a form, so
// that the name of the last would have 2^1000 bytes.
func doubled(form string) string {
	var b strings.Builder
	b.WriteString("type lsT0 = [1]int\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "type lsT%d = %s\n", i+1, fmt.Sprintf(form, fmt.Sprintf("lsT%d", i)))
	}
	return b.String()
}

// TestLimits: less is allowed where it is asked for.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		body   string
		limits archive.Limits
	}{
		{"var X = []any{[]any{[]any{1}}}", archive.Limits{Depth: 3}},
		{"var X = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}", archive.Limits{Memory: 50}},
		{"var X = \"" + strings.Repeat("x", 100) + "\"", archive.Limits{Memory: 50}},
		{"var X = map[int]int{1: 1, 2: 2, 3: 3}", archive.Limits{Memory: 50}},
	} {
		_, err := archive.Restore(t.Context(), []byte(head+c.body), &archive.RestoreOptions{Limits: c.limits})
		if !errors.Is(err, artifacts.ErrTooLarge) {
			t.Errorf("%s: %v", c.body, err)
		}
		if _, err := restore(t, c.body); err != nil {
			t.Error(err)
		}
	}
}

// TestArrayTwice: a text does not take the memory of an array again and again.
func TestArrayTwice(t *testing.T) {
	o := &archive.RestoreOptions{Arrays: archive.Arrays(archive.Array{Name: "a", Value: []int{1}}, archive.Array{Name: "b", Value: []int{2}})}
	read := func(second string) error {
		_, err := archive.Restore(t.Context(), []byte("package archive\nvar X = [][]int{lsArray[[]int](lsFiles, \"a.npy\"), lsArray[[]int](lsFiles, \""+second+"\")}\n"), o)
		return err
	}
	if err := read("b.npy"); err != nil {
		t.Error(err)
	}
	for _, again := range []string{"a.npy", "a", "folder/a.npy"} {
		if err := read(again); !errors.Is(err, artifacts.ErrCorrupt) || !strings.Contains(err.Error(), "line 2:51: corrupt: array") {
			t.Errorf("%s: %v", again, err)
		}
	}
}

func TestRestoreContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := archive.Restore(ctx, []byte("package archive\nvar X = 1\n"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// An impatient context is cancelled after it was asked a number of times.
type impatient struct {
	context.Context
	left int
}

func (c *impatient) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestRestoreImpatient: there may be a second between two declarations, and more.
func TestRestoreImpatient(t *testing.T) {
	text := "package archive\nvar X = []int{" + strings.Repeat("1, ", 100_000) + "}\n"
	ctx := &impatient{t.Context(), 10}
	if _, err := archive.Restore(ctx, []byte(text), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestObjects(t *testing.T) {
	o, err := restore(t, "// Net is the object archived as \"net\".\nvar Net = &model.Cell{Row: 1}\n\n// B is something else.\nvar B = any(nil)\nvar c = 3\nvar D = \"d\"")
	if err != nil {
		t.Fatal(err)
	}
	if got := o.Names(); !slices.Equal(got, []string{"net", "B", "D"}) {
		t.Errorf("names %q", got)
	}
	one, err := archive.Get[*model.Cell](o, "net")
	if err != nil || one.Row != 1 {
		t.Errorf("%v %v", one, err)
	}
	if two, err := archive.Get[*model.Cell](o, "Net"); err != nil || one != two {
		t.Errorf("%v is another object (%v)", two, err)
	}
	if v, err := archive.Get[any](o, "b"); err != nil || v != nil {
		t.Errorf("%v %v", v, err)
	}
	if _, err := archive.Get[string](o, "net"); !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("%v", err)
	}
	if _, err := archive.Get[int](o, "c"); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := archive.Get[int](o, ""); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// TestTypes: what is registered, and what is not.
func TestTypes(t *testing.T) {
	ts := new(archive.Types)
	if err := ts.AddType(nil); err == nil {
		t.Error("nil is a type")
	}
	for _, fn := range []any{nil, 3, func() {}, strings.NewReader("").Len, (*strings.Reader).Len, must[int], (func())(nil)} {
		if err := ts.AddFunc(fn); !errors.Is(err, artifacts.ErrUnsupportedValue) {
			t.Errorf("%T: %v", fn, err)
		}
	}
	src := []byte(head + "var X = &model.Layer{Opt: &model.Opt{}}")
	if _, err := archive.Restore(t.Context(), src, nil); !errors.Is(err, artifacts.ErrNeedsType) {
		t.Errorf("%v", err)
	}
	with := ts.With(reflect.TypeFor[[]*model.Layer]())
	if _, err := archive.Restore(t.Context(), src, &archive.RestoreOptions{Types: with}); err != nil {
		t.Error(err)
	}
	if _, err := archive.Restore(t.Context(), src, &archive.RestoreOptions{Types: ts}); !errors.Is(err, artifacts.ErrNeedsType) {
		t.Errorf("With changed what it was called on: %v", err)
	}
}

func FuzzRestore(f *testing.F) {
	for _, v := range kinds {
		f.Add([]byte(text(f, v, archive.Options{})))
		f.Add([]byte(text(f, []any{v, v}, archive.Options{Flat: true})))
	}
	f.Add([]byte(head + "func init() { os.Exit(1) }"))
	f.Add([]byte(head + "var X = lsArray[[]int](lsFiles, \"a.npy\")"))
	f.Add([]byte(head + "type lsT0 = struct {\n\tA int `x:\"y\"`\n}\nvar X = lsT0{A: 1}"))
	ts := known(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		o := &archive.RestoreOptions{Types: ts, Limits: archive.Limits{Depth: 200, Memory: 1 << 20}}
		objects, err := archive.Restore(t.Context(), src, o)
		if err != nil {
			if _, ok := errors.AsType[*archive.TextError](err); !ok {
				t.Fatalf("%v has no line", err)
			}
			return
		}
		// What was restored can be written, and is the same when it is restored again.
		a := archive.New(&archive.Options{Types: ts})
		for _, name := range objects.Names() {
			v, err := objects.Value(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Insert(name, v); err != nil {
				return // named in ways that archives do not name
			}
		}
		first, err := a.Text()
		if err != nil {
			return // such as a nil chan
		}
		objects, err = archive.Restore(t.Context(), first, &archive.RestoreOptions{Types: ts})
		if err != nil {
			t.Fatalf("%v\n%s", err, first)
		}
		b := archive.New(&archive.Options{Types: ts})
		for _, name := range objects.Names() {
			v, _ := objects.Value(name)
			if err := b.Insert(name, v); err != nil {
				t.Fatal(err)
			}
		}
		second, err := b.Text()
		if err != nil || len(second) != len(first) {
			t.Fatalf("%v\n%s\n%s", err, first, second)
		}
	})
}
