package archive

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// path returns where the walk is, as far as the first frames of the stack.
func (g *graph) path(depth int) string {
	const first, last = 12, 4 // steps that are told of a long way
	var path strings.Builder
	path.WriteString(g.roots[g.at].name)
	for i, f := range g.stack[:depth] {
		switch {
		case i < first || i >= depth-last:
			path.WriteString(f.step())
		case i == first:
			path.WriteString("…")
		}
	}
	return path.String()
}

// step is the way from a value to the part of it that was returned last.
func (f *frame) step() string {
	i := f.next - 1
	switch {
	case f.t.way == asCall:
		return "(" + strconv.Itoa(i) + ")"
	case f.t.kind == reflect.Map:
		return "[" + keyText(f.list[i&^1]) + "]"
	case f.t.kind == reflect.Struct:
		return "." + f.t.fields[i].name
	case f.t.kind == reflect.Pointer:
		return ""
	}
	return "[" + strconv.Itoa(i) + "]"
}

// keyText shows a key to people.
func keyText(k reflect.Value) string {
	for k.Kind() == reflect.Interface && !k.IsNil() {
		k = k.Elem()
	}
	if k.Kind() == reflect.String {
		return fmt.Sprintf("%.60q", k.String())
	}
	return fmt.Sprintf("%.60s", fmt.Sprint(k.Interface()))
}
