package archive

import (
	"bytes"
	"fmt"
	"go/build"
	"io"
	"strings"
	"unicode"
)

// checkNames returns an error if nothing could import what is saved under its names.
func (p *saving) checkNames() error {
	name := p.opts.Name
	for _, n := range []string{name, p.pkg()} {
		if !isIdentifier(n) || n == "_" || n == "main" || n == "init" {
			return fmt.Errorf("%q cannot be the name of a package to import", n)
		}
	}
	if p.opts.InPackage == "" && strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		return fmt.Errorf("%q cannot be the name of a package to import: paths are of ASCII letters", name)
	}
	switch file := name + ".go"; {
	case file == helperFile:
		return fmt.Errorf("the name %q is that of the file with the helpers", name)
	case conditional(file):
		return fmt.Errorf("the name %q is not possible: the go command leaves the file %s out of programs, on some systems or everywhere", name, file)
	}
	return nil
}

// conditional reports whether the go command takes a file by its name for a test, or
// for one of some systems only: x_test.go, x_windows.go, _x.go.
func conditional(file string) bool {
	elsewhere := build.Context{
		GOOS: "nowhere", GOARCH: "nothing", Compiler: "gc",
		OpenFile: func(string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("package p\n")), nil
		},
	}
	everywhere, err := elsewhere.MatchFile("", file)
	return err != nil || !everywhere || strings.HasSuffix(file, "_test.go")
}

// loader returns the name of the function that says where arrays are which are not
// embedded.
func (p *saving) loader() (string, error) {
	name := "Load"
	if p.opts.InPackage != "" {
		name += exported(p.opts.Name)
	}
	if bytes.Contains(p.text, []byte("\nfunc "+name+"() ")) {
		return "", fmt.Errorf("an object is called as the function %s, by which programs say where the arrays are: it needs another name, or the arrays a larger EmbedLimit", name)
	}
	return name, nil
}
