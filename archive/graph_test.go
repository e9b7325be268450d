package archive_test

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/archive"
)

// A Vertex refers to others in all ways in which values are referred to.
type Vertex struct {
	ID     int
	One    *Vertex
	Many   []*Vertex
	Named  map[string]*Vertex
	Any    any
	Vector []float64
	Table  [][]float64
	Shared map[int]string
	Number *int
	Box    struct{ Inner []any }
}

// A picture is what a graph looks like from outside: each object has the number of
// its first visit, so that two graphs have the same picture if their values are
// equal and the same of them are shared. It is drawn by reflection alone.
type picture struct {
	seen map[place]int
	b    bytes.Buffer
}

type place struct {
	at  uintptr
	len int
	typ reflect.Type
}

func draw(v any) string {
	p := picture{seen: map[place]int{}}
	p.draw(reflect.ValueOf(v))
	return p.b.String()
}

func (p *picture) draw(v reflect.Value) {
	if !v.IsValid() {
		p.b.WriteString("nil")
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		if v.IsNil() {
			fmt.Fprintf(&p.b, "%s(nil)", v.Type())
			return
		}
		key := place{v.Pointer(), 0, v.Type()}
		if v.Kind() == reflect.Slice {
			key.len = v.Len()
		}
		if v.Kind() != reflect.Slice || v.Len() > 0 {
			if n, ok := p.seen[key]; ok {
				fmt.Fprintf(&p.b, "#%d", n)
				return
			}
			p.seen[key] = len(p.seen)
			fmt.Fprintf(&p.b, "%d=", len(p.seen)-1)
		}
	}
	fmt.Fprintf(&p.b, "%s{", v.Type())
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		p.draw(v.Elem())
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			p.draw(v.Index(i))
			p.b.WriteString(",")
		}
	case reflect.Map:
		for _, k := range sorted(v) {
			fmt.Fprintf(&p.b, "%v:", k)
			p.draw(v.MapIndex(k))
			p.b.WriteString(",")
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			p.draw(field)
			p.b.WriteString(",")
		}
	default:
		fmt.Fprintf(&p.b, "%v", v)
	}
	p.b.WriteString("}")
}

// sorted returns keys that are strings or ints in order.
func sorted(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	for i := range keys {
		for j := range i {
			if fmt.Sprint(keys[i]) < fmt.Sprint(keys[j]) {
				keys[i], keys[j] = keys[j], keys[i]
			}
		}
	}
	return keys
}

// randomGraph makes vertices that refer to those before them, so that there are no
// cycles, and share vectors, maps and numbers.
func randomGraph(r *rand.Rand, n int) []*Vertex {
	var list []*Vertex
	var vectors [][]float64
	var maps []map[int]string
	var numbers []*int
	some := func() *Vertex {
		if len(list) == 0 || r.IntN(4) == 0 {
			return nil
		}
		return list[r.IntN(len(list))]
	}
	vector := func() []float64 {
		if len(vectors) > 0 && r.IntN(2) == 0 {
			return vectors[r.IntN(len(vectors))]
		}
		v := make([]float64, r.IntN(12))
		for i := range v {
			v[i] = r.NormFloat64()
		}
		vectors = append(vectors, v)
		return v
	}
	for i := range n {
		v := &Vertex{ID: i, One: some(), Vector: vector()}
		for range r.IntN(4) {
			if other := some(); other != nil { // gob refuses nil among elements
				v.Many = append(v.Many, other)
			}
			v.Table = append(v.Table, vector())
			v.Box.Inner = append(v.Box.Inner, vector(), v.Many, r.IntN(9))
		}
		if r.IntN(2) == 0 {
			both := &Vertex{ID: -i}
			v.Named = map[string]*Vertex{"a": both, "b": both}
		}
		if r.IntN(2) == 0 || len(maps) == 0 {
			maps = append(maps, map[int]string{i: "x"})
			numbers = append(numbers, new(i))
		}
		v.Shared, v.Number = maps[r.IntN(len(maps))], numbers[r.IntN(len(numbers))]
		v.Any = []any{v.Named, v.Shared, v.Table, some(), 1.5, "s", nil}[r.IntN(7)]
		list = append(list, v)
	}
	return list
}

// TestSharing compares the pictures of random graphs before and after. What gob
// makes of the same graphs is beside it: it loses what is shared.
func TestSharing(t *testing.T) {
	gob.Register([]any{})
	gob.Register(&Vertex{})
	gob.Register([]float64{})
	gob.Register([]*Vertex{})
	gob.Register(map[string]*Vertex{})
	gob.Register(map[int]string{})
	gob.Register([][]float64{})
	types := new(archive.Types)
	if err := types.AddType(reflect.TypeFor[Vertex]()); err != nil {
		t.Fatal(err)
	}
	graphs := 200
	if testing.Short() {
		graphs = 30
	}
	lost, refused := 0, 0
	for seed := range graphs {
		r := rand.New(rand.NewPCG(uint64(seed), 8))
		list := randomGraph(r, 1+r.IntN(9))
		a := archive.New(&archive.Options{Flat: seed%2 == 0, ArrayThreshold: []int{0, 3, 6}[seed%3]})
		for i, v := range list {
			if i%3 == 0 || i == len(list)-1 {
				if err := a.Insert(fmt.Sprintf("v%d", i), v); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := a.Insert("list", list); err != nil {
			t.Fatal(err)
		}
		text, err := a.Text()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		formatted(t, text)
		data, err := a.Data()
		if err != nil {
			t.Fatal(err)
		}
		objects, err := archive.Restore(t.Context(), text, &archive.RestoreOptions{Types: types, Arrays: archive.Arrays(data...)})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		all := map[string]any{}
		again := map[string]any{}
		for _, name := range a.Names() {
			if all[name], err = objects.Value(name); err != nil {
				t.Fatal(err)
			}
			again[name] = list
			if name != "list" {
				var i int
				fmt.Sscanf(name, "v%d", &i)
				again[name] = list[i]
			}
		}
		if diff := cmp.Diff(draw(again), draw(all)); diff != "" {
			t.Fatalf("seed %d: %s\n%s", seed, diff, text)
		}
		switch decoded, err := throughGob(list); {
		case err != nil:
			refused++
		case draw(decoded) != draw(list):
			lost++
		}
	}
	t.Logf("of %d graphs, gob refused %d, lost what is shared in %d and kept %d; the archive kept all", graphs, refused, lost, graphs-refused-lost)
	if lost < graphs/4 {
		t.Errorf("gob lost what is shared in %d of %d graphs only: they share too little to show anything", lost, graphs)
	}
}

func throughGob(list []*Vertex) (decoded []*Vertex, err error) {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(list); err != nil {
		return nil, err
	}
	err = gob.NewDecoder(&b).Decode(&decoded)
	return decoded, err
}
