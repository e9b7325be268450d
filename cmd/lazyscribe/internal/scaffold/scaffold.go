// Package scaffold writes the files of a new plugin, from templates that are
// part of the program. What it writes compiles, passes its tests, and handles a
// format that does something, so that an author changes what works.
//
// Nothing that exists is overwritten: [Write] makes the folder, or finds it
// empty. Errors say which file could not be written.
package scaffold

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/python"
)

// A Plan says what to write.
type Plan struct {
	Name     string // of the plugin, which passes plugins.CheckName, and of its handler
	Language string // one of [Languages]
	Module   string // Go: path of the module
	Version  string // Go: of lazyscribe that it requires, "v1.2.3"; "": the tools choose
}

// Python is the plugin's name as Python modules can have it.
func (p Plan) Python() string { return strings.ReplaceAll(p.Name, "-", "_") }

// The files' names hold NAME and MODULE where those of a plan go, and end in
// .tmpl so that no tool takes them for what they become.
//
//go:embed all:templates
var templates embed.FS

// Languages are those there are templates for.
func Languages() []string { return []string{"go", "python"} }

// Write makes the plugin in dir and returns the names of its files there. A
// folder that is not empty is [artifacts.ErrExists].
func Write(dir string, p Plan) ([]string, error) {
	if !slices.Contains(Languages(), p.Language) {
		return nil, fmt.Errorf("new plugin: there is no template for the language %q", p.Language)
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("new plugin: %w", err)
	}
	if len(entries) > 0 {
		return nil, fmt.Errorf("new plugin: folder %q is not empty: %w", dir, artifacts.ErrExists)
	}
	files, err := p.files()
	if err != nil {
		return nil, fmt.Errorf("new plugin: %w", err)
	}
	var names []string
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, fmt.Errorf("new plugin: %w", err)
		}
		if err := os.WriteFile(path, f.text, f.mode); err != nil {
			return nil, fmt.Errorf("new plugin: %w", err)
		}
		names = append(names, f.name)
	}
	return names, nil
}

type file struct {
	name string // with slashes, in the plugin's folder
	text []byte
	mode fs.FileMode
}

// files are those of the plugin, by name.
func (p Plan) files() ([]file, error) {
	var files []file
	root := "templates/" + p.Language
	err := fs.WalkDir(templates, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := p.file(path)
		f.name = strings.TrimPrefix(f.name, root+"/")
		files = append(files, f)
		return err
	})
	if p.Language == "python" {
		files = append(files, file{python.FileName, python.File(), 0o644})
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, err
}

// file fills in one template. Its marks are << and >>, since workflows use braces.
func (p Plan) file(path string) (file, error) {
	source, err := templates.ReadFile(path)
	if err != nil {
		return file{}, err
	}
	t, err := template.New(path).Delims("<<", ">>").Option("missingkey=error").Parse(string(source))
	if err != nil {
		return file{}, err
	}
	var text bytes.Buffer
	if err := t.Execute(&text, p); err != nil {
		return file{}, err
	}
	f := file{
		name: strings.NewReplacer("NAME", p.Name, "MODULE", p.Python()).Replace(strings.TrimSuffix(path, ".tmpl")),
		text: text.Bytes(),
		mode: 0o644,
	}
	if bytes.HasPrefix(f.text, []byte("#!")) {
		f.mode = 0o755
	}
	return f, nil
}
