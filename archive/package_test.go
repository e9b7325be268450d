package archive_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/archive"
)

// A module is one that requires nothing, in which generated packages are tried.
type module struct {
	t   *testing.T
	dir string
}

func newModule(t *testing.T) module {
	t.Helper()
	if testing.Short() {
		t.Skip("builds programs")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the go command is not there")
	}
	m := module{t, t.TempDir()}
	m.write("go.mod", "module use\n\ngo 1.22\n")
	return m
}

func (m module) write(name, text string) {
	m.t.Helper()
	path := filepath.Join(m.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		m.t.Fatal(err)
	}
}

// run runs a command in the module and returns what it printed.
func (m module) run(args ...string) string {
	m.t.Helper()
	cmd := exec.CommandContext(m.t.Context(), args[0], args[1:]...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local")
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// clean runs what has to find nothing, and builds everything.
func (m module) clean() {
	m.t.Helper()
	m.run("go", "build", "./...")
	m.run("go", "vet", "./...")
	if list := m.run("gofmt", "-l", "."); list != "" {
		m.t.Errorf("gofmt would change:\n%s", list)
	}
}

func seq(n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = float64(i)
	}
	return list
}

func insert(t *testing.T, a *archive.Archive, objects map[string]any) {
	t.Helper()
	if err := a.InsertAll(objects); err != nil {
		t.Fatal(err)
	}
}

// TestPackages makes packages in all forms of one graph and lets a program ask them
// for its sharing and its numbers.
func TestPackages(t *testing.T) {
	m := newModule(t)
	x, y := seq(10), seq(20)
	rows := [][]int32{{1, 2, 3, 4}, {5, 6, 7, 8}}
	objects := map[string]any{
		"a": 1, "x": x, "b": []any{x, y, y}, "m": rows, "flags": []bool{true, false, true, true, false, true, true},
		"keys": map[*int]string{new(1): "one", new(2): "two"}, "z": make([]complex64, 6), "bytes": []byte("0123456789"),
	}
	m.write("host/host.go", "package host\n")
	for name, o := range map[string]archive.Options{
		"scoped":   {ArrayThreshold: 5},
		"flat":     {ArrayThreshold: 5, Flat: true},
		"inline":   {ArrayThreshold: -1},
		"unembed":  {ArrayThreshold: 5},
		"inhost":   {ArrayThreshold: 5},
		"flathost": {ArrayThreshold: 5, Flat: true},
	} {
		a := archive.New(&o)
		if strings.HasSuffix(name, "host") {
			for key, v := range objects {
				insert(t, a, map[string]any{name + "_" + key: v})
			}
			if err := a.Save(t.Context(), filepath.Join(m.dir, "host"), &archive.SaveOptions{Name: name, InPackage: "host"}); err != nil {
				t.Fatal(err)
			}
			continue
		}
		insert(t, a, objects)
		s := &archive.SaveOptions{Name: name}
		if name == "unembed" {
			s.EmbedLimit = -1
		}
		if err := a.Save(t.Context(), m.dir, s); err != nil {
			t.Fatal(err)
		}
	}
	look := func(pkg, prefix, call string) string {
		at := func(name string) string { return pkg + "." + prefix + name + call }
		return `	fmt.Println("` + pkg + prefix + `", ` + at(up(prefix, "a")) + `, ` + at(up(prefix, "x")) + `[9], ` + at(up(prefix, "m")) + `[1], ` + at(up(prefix, "flags")) + `, ` + at(up(prefix, "z")) + `[5], string(` + at(up(prefix, "bytes")) + `), len(` + at(up(prefix, "keys")) + `))
	fmt.Println(&` + at(up(prefix, "b")) + `[1].([]float64)[0] == &` + at(up(prefix, "b")) + `[2].([]float64)[0], &` + at(up(prefix, "b")) + `[0].([]float64)[0] == &` + at(up(prefix, "x")) + `[0], ` + at(up(prefix, "b")) + `[2].([]float64)[19])
`
	}
	m.write("main.go", `package main

import (
	"fmt"
	"os"

	"use/flat"
	"use/host"
	"use/inline"
	"use/scoped"
	"use/unembed"
)

func main() {
	unembed.Load(os.DirFS("unembed/unembed_arrays"))
`+look("scoped", "", "()")+look("flat", "", "")+look("inline", "", "()")+look("unembed", "", "()")+look("host", "Inhost_", "()")+look("host", "Flathost_", "")+"}\n")
	m.clean()
	lines := strings.Split(strings.TrimSpace(m.run("go", "run", ".")), "\n")
	for i, line := range lines {
		if i%2 == 0 {
			_, line, _ = strings.Cut(line, " ")
			if want := "1 9 [5 6 7 8] [true false true true false true true] (0+0i) 0123456789 2"; line != want {
				t.Errorf("%s\nwant %s", lines[i], want)
			}
		} else if want := "true true 19"; line != want {
			t.Errorf("%s %s, want %s", lines[i-1], line, want)
		}
	}
	if len(lines) != 12 {
		t.Errorf("%d lines", len(lines))
	}
}

// up is a name as a package without a prefix exports it.
func up(prefix, name string) string {
	if prefix != "" {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}
