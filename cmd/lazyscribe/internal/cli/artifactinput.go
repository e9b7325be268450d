package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// An artifactInput is an artifact to be logged: a file, or a value that was
// given as JSON.
type artifactInput struct {
	name  string
	alias string // "": by the file's suffix, or json
	file  string // "": value counts
	value any    // tree
}

// parseArtifact reads name=FILE[:alias]. The alias stands after the last colon
// if it looks like one, the text is no URL and no file of that whole name
// exists.
func parseArtifact(text string) (artifactInput, error) {
	name, file, ok := strings.Cut(text, "=")
	if !ok || name == "" || file == "" {
		return artifactInput{}, usagef("--artifact %q: want name=FILE or name=FILE:alias", text)
	}
	in := artifactInput{name: name, file: file}
	if err := localFile(file); err != nil {
		return in, fmt.Errorf("--artifact %q: %w", text, err)
	}
	if before, alias, ok := cutAlias(file); ok && before != "" && !exists(file) {
		in.file, in.alias = before, alias
	}
	return in, nil
}

// localFile returns an error for a URL.
func localFile(file string) error {
	if strings.Contains(file, "://") {
		return usagef("%q: a file on this machine is wanted, not a URL", file)
	}
	return nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return !errors.Is(err, fs.ErrNotExist)
}

// parseArtifactValue reads name=JSON[:alias]. Text that is no JSON is text, up
// to an alias.
func parseArtifactValue(text string) (artifactInput, error) {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return artifactInput{}, usagef("--value %q: want name=JSON or name=JSON:alias", text)
	}
	in := artifactInput{name: name}
	tree, err := pyjson.Parse([]byte(value))
	if err == nil {
		in.value = tree
		return in, nil
	}
	value, in.alias, _ = cutAlias(value)
	in.value = parseValue(value)
	return in, nil
}

// settings are what --set says, by artifact and name.
type settings map[string]map[string]any

// parseSettings reads artifact.key=value, for artifacts that are to be logged.
// Names may hold dots, so the longest that fits is meant.
func parseSettings(texts []string, inputs []experimentInput) (settings, error) {
	known := artifactNames(inputs)
	s := settings{}
	for _, text := range texts {
		path, value, ok := strings.Cut(text, "=")
		if !ok {
			return nil, usagef("--set %q: want artifact.key=value", text)
		}
		name := ""
		for _, n := range known {
			if len(n) > len(name) && strings.HasPrefix(path, n+".") {
				name = n
			}
		}
		if name == "" {
			return nil, usagef("--set %q: no artifact of that name is logged here", text)
		}
		if !s.add(name, path[len(name)+1:], parseValue(value)) {
			return nil, usagef("--set %q: want artifact.key=value", text)
		}
	}
	return s, nil
}

// add sets a setting of an artifact; false means that it cannot be one.
func (s settings) add(name, key string, tree any) bool {
	var v any
	if err := pyjson.Assign(tree, &v); err != nil || key == "" {
		return false
	}
	if s[name] == nil {
		s[name] = map[string]any{}
	}
	s[name][key] = v
	return true
}

// parse reads key=value, for an artifact.
func (s settings) parse(name, text string) error {
	f, err := parseField("set", text)
	if err != nil {
		return err
	}
	if !s.add(name, f.name, f.value) {
		return usagef("--set %q: want key=value", text)
	}
	return nil
}

func artifactNames(inputs []experimentInput) []string {
	var names []string
	for _, in := range inputs {
		for _, x := range in.artifacts {
			names = append(names, x.name)
		}
		for _, t := range in.tests {
			for _, x := range t.artifacts {
				names = append(names, x.name)
			}
		}
	}
	return names
}
