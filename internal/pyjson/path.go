package pyjson

import (
	"slices"
	"strconv"
	"strings"
)

// maxPathSteps bounds the path shown in an error: the outermost and innermost
// steps of a deep value say enough.
const maxPathSteps = 20

// A located error collects the steps to its place while it travels outwards,
// innermost first, so that success costs nothing.
type located struct {
	steps []string
	err   error
}

func (l *located) Error() string { return l.err.Error() }

// at adds an outer step to an error.
func at(err error, step string) error {
	if l, ok := err.(*located); ok {
		l.steps = append(l.steps, step)
		return l
	}
	return &located{steps: []string{step}, err: err}
}

// settle turns an error with steps into the error a caller sees.
func settle(err error) error {
	path := ""
	if l, ok := err.(*located); ok {
		path, err = l.path(), l.err
	}
	switch e := err.(type) {
	case *UnsupportedError:
		e.Path = path
		return e
	case *TypeError:
		e.Path = path
		return e
	default:
		return &ValueError{Path: path, Err: err}
	}
}

func (l *located) path() string {
	steps := slices.Clone(l.steps)
	slices.Reverse(steps)
	if n := len(steps); n > maxPathSteps {
		steps = slices.Concat(steps[:maxPathSteps/2], []string{"…"}, steps[n-maxPathSteps/2:])
	}
	return strings.TrimPrefix(strings.Join(steps, ""), ".")
}

func indexStep(i int) string { return "[" + strconv.Itoa(i) + "]" }

// KeyStep returns what follows path where the value of a key is meant: .key, key
// at the beginning of a path, or ["key"] for a key that is not a plain name.
func KeyStep(path, key string) string {
	step := keyStep(key)
	if path == "" {
		return strings.TrimPrefix(step, ".")
	}
	return step
}

// keyStep is .key for plain names and ["key"] for anything else.
func keyStep(key string) string {
	plain := key != ""
	for i := 0; i < len(key) && plain; i++ {
		c := key[i]
		plain = c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
	}
	if plain {
		return "." + key
	}
	return "[" + strconv.Quote(key) + "]"
}
