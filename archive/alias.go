package archive

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A region is the memory of an object.
type region struct {
	from, to uintptr
	node     int32
}

// checkAliases returns [ErrAlias] with the paths of two objects that share memory
// without being the same. They are told by their addresses, which objects keep.
func (g *graph) checkAliases() error {
	var regions []region
	for i := range g.nodes {
		n := &g.nodes[i]
		size := uintptr(0)
		switch t := n.v.Type(); n.v.Kind() {
		case reflect.Pointer:
			size = t.Elem().Size()
		case reflect.Slice:
			size = t.Elem().Size() * uintptr(n.v.Len())
		case reflect.Map:
			size = 1 // another reference to it, of another type, begins there too
		}
		if size > 0 {
			from := uintptr(n.v.UnsafePointer())
			regions = append(regions, region{from, from + size, int32(i)})
		}
	}
	slices.SortFunc(regions, func(a, b region) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) // the larger one first
	})
	for i := 1; i < len(regions); i++ {
		if regions[i].from < regions[i-1].to {
			return g.alias(regions[i-1].node, regions[i].node)
		}
	}
	return nil
}

// alias finds the paths of two objects by going through everything once more.
func (g *graph) alias(a, b int32) error {
	var paths []string
	again := &graph{types: g.types, shapes: g.shapes, index: make(map[key]int32), calls: make(map[int32]call)}
	keyA, keyB := g.keyOf(a), g.keyOf(b)
	again.seen = func(k key) {
		if k == keyA || k == keyB {
			paths = append(paths, again.path(len(again.stack)))
		}
	}
	again.roots = g.roots
	for i, r := range g.roots {
		if err := again.addRoot(i, r.value); err != nil {
			return err
		}
	}
	if len(paths) < 2 { // arguments of calls that are made anew each time
		return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, ErrAlias)
	}
	return &PathError{Path: paths[1], Err: fmt.Errorf("%w: %w: it is a part of %s, or the other way round", artifacts.ErrUnsupportedValue, ErrAlias, paths[0])}
}
