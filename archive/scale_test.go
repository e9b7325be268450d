package archive_test

import (
	"bytes"
	"encoding/gob"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/archive/internal/model"
)

func long() bool { return os.Getenv("LAZYSCRIBE_LONG") == "1" }

// A Row is one of many small objects.
type Row struct {
	ID   int
	Name string
	X    float64
	Kind *Kind
}

// A Kind is shared by rows.
type Kind struct{ Name string }

func rows(n int) []*Row {
	kinds := make([]*Kind, 100)
	for i := range kinds {
		kinds[i] = &Kind{"kind" + strconv.Itoa(i)}
	}
	list := make([]*Row, n)
	for i := range list {
		list[i] = &Row{i, "row" + strconv.Itoa(i), float64(i) / 3, kinds[i%len(kinds)]}
	}
	return list
}

// allocated returns what a function allocates in all, in MiB.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) >> 20
}

// TestManyObjects writes and restores a million objects (a hundred thousand unless
// it is a long run). What is allocated in all is bounded: a path or a tree for each
// object would be many times as much.
func TestManyObjects(t *testing.T) {
	n := 100_000
	if long() {
		n = 1_000_000
	}
	if testing.Short() {
		n = 10_000
	}
	list := rows(n)
	a := archive.New(nil)
	insert(t, a, map[string]any{"rows": list})
	var text []byte
	var err error
	wrote := allocated(func() { text, err = a.Text() })
	if err != nil {
		t.Fatal(err)
	}
	types := new(archive.Types).With(reflect.TypeFor[Row]())
	var objects *archive.Objects
	read := allocated(func() {
		objects, err = archive.Restore(t.Context(), text, &archive.RestoreOptions{Types: types})
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := archive.Get[[]*Row](objects, "rows")
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range got {
		if r.ID != i || r.X != float64(i)/3 || r.Name != list[i].Name || r.Kind != got[i%100].Kind {
			t.Fatalf("row %d is %+v", i, r)
		}
	}
	size := uint64(len(text)) >> 20
	t.Logf("%d objects: %d MiB of text; allocated %d MiB to write it, %d MiB to restore it", n, size, wrote, read)
	if n > 50_000 && (wrote > 20*size || read > 20*size) {
		t.Errorf("allocated %d and %d MiB for %d MiB of text", wrote, read, size)
	}
}

// TestLongList: a list is nested as deeply as it is long.
func TestLongList(t *testing.T) {
	for flat, n := range map[bool]int{false: 200_000, true: 20_000} {
		if testing.Short() {
			n /= 10
		}
		var first *model.List
		for i := range n {
			first = &model.List{Next: first, Value: i}
		}
		got, _ := through(t, first, archive.Options{Flat: flat}).(*model.List)
		for i := n - 1; i >= 0; i-- {
			if got == nil || got.Value != i {
				t.Fatalf("element %d is %+v", i, got)
			}
			got = got.Next
		}
		if got != nil {
			t.Error("there are more than were written")
		}
	}
}

// TestDeepTree: what is nested in many ways is still written in place.
func TestDeepTree(t *testing.T) {
	var grow func(depth int) *model.Tree
	grow = func(depth int) *model.Tree {
		if depth == 0 {
			return nil
		}
		return &model.Tree{Left: grow(depth - 1), Right: grow(depth - 1), Value: depth}
	}
	tree := grow(12)
	if got := through(t, tree, archive.Options{}); !equal(tree, got) {
		t.Error("another tree came back")
	}
}

// TestLargePackage embeds 256 MiB (8 unless it is a long run): the program is built,
// and has its memory only when the array is first used.
func TestLargePackage(t *testing.T) {
	m := newModule(t)
	n := 1 << 20
	if long() {
		n = 32 << 20
	}
	a := archive.New(nil)
	insert(t, a, map[string]any{"x": seq(n), "small": 3})
	if err := a.Save(t.Context(), m.dir, &archive.SaveOptions{Name: "big", EmbedLimit: 1 << 40}); err != nil {
		t.Fatal(err)
	}
	m.write("main.go", `package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"use/big"
)

// resident is what the system says the process has in memory, in kB.
func resident() string {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	line, _, _ := strings.Cut(rest, " kB")
	return strings.TrimSpace(line)
}

func main() {
	small := big.Small()
	before := resident()
	start := time.Now()
	x := big.X()
	fmt.Println(small, len(x), x[len(x)-1], before, resident(), time.Since(start).Round(time.Millisecond))
}
`)
	m.run("go", "build", "-o", "app", ".")
	info, err := os.Stat(filepath.Join(m.dir, "app"))
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(m.run("./app"))
	t.Logf("%d MiB embedded: binary of %d MiB, %s kB resident before the first use, %s kB after it, which takes %s",
		n>>17, info.Size()>>20, words[3], words[4], words[5])
	if words[0] != "3" || words[1] != strconv.Itoa(n) || words[2] != strconv.FormatFloat(float64(n-1), 'g', -1, 64) {
		t.Errorf("got %q", words)
	}
	if kB, err := strconv.Atoi(words[3]); err == nil && kB > n>>7 && kB > 16<<10 {
		t.Errorf("%d kB are in memory before the array is used", kB)
	}
}

func BenchmarkWrite(b *testing.B) {
	list := rows(10_000)
	b.Run("archive", func(b *testing.B) {
		for b.Loop() {
			a := archive.New(nil)
			if err := a.Insert("rows", list); err != nil {
				b.Fatal(err)
			}
			text, err := a.Text()
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
		}
	})
	b.Run("gob", func(b *testing.B) {
		for b.Loop() {
			var out bytes.Buffer
			if err := gob.NewEncoder(&out).Encode(list); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(out.Len()))
		}
	})
}

func BenchmarkRestore(b *testing.B) {
	a := archive.New(nil)
	if err := a.Insert("rows", rows(10_000)); err != nil {
		b.Fatal(err)
	}
	text, err := a.Text()
	if err != nil {
		b.Fatal(err)
	}
	types := new(archive.Types).With(reflect.TypeFor[Row]())
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := archive.Restore(b.Context(), text, &archive.RestoreOptions{Types: types}); err != nil {
			b.Fatal(err)
		}
	}
}
