package archive

import "reflect"

// A graph is what an archive holds: each object once, with all that refers to it
// counted. An archive of a million objects has a million nodes, so they are small,
// and nothing is kept that can be found again: paths are made from the stack when
// an error needs one.
type graph struct {
	roots  []root
	types  *Types
	shapes shapes
	index  map[key]int32
	nodes  []node  // in the order in which they are first seen: whoever refers, goes first
	order  []int32 // nodes in the order in which they can be written, and roots as ^i

	stack []frame
	at    int               // the root that is walked
	calls map[int32]call    // how nodes are made that say it themselves
	kept  [][]reflect.Value // arguments of other calls: while they live, their addresses mean them

	// noted has the nodes about which a text says more than what they are made of:
	// few, mostly. To look up each reference in the index once more while a text is
	// written took a quarter of the time that a million objects take.
	noted map[key]int32

	seen func(k key) // told of each object when it is first seen; nil: nobody is
}

// A root is an object that was inserted.
type root struct {
	name  string
	value reflect.Value
}

// A node is an object that can be referred to.
type node struct {
	v     reflect.Value
	refs  int32 // how often it is
	depth int32 // objects it was inside of when it was first seen
	root  int32 // the root it is, -1: none
	label int32 // its number as an object with a name but no root; -1: it is written in place
	out   int32 // its number as an array outside of the text; -1: it is inside; swallowed: it is a row
	open  bool  // on the stack
}

// swallowed marks a row that is written with the array it is a row of.
const swallowed = -2

// breath is the number of objects inside one another that are written in place.
// The next one gets a name of its own: texts that are nested deeply can neither be
// read by people nor parsed.
const breath = 16

// maxBare is how deep values without identity may be inside one another. Only
// interfaces make more than a few levels of them.
const maxBare = 100

// newGraph goes through all that roots lead to.
func newGraph(roots []root, types *Types, seen func(key)) (*graph, error) {
	g := &graph{roots: roots, types: types, shapes: make(shapes), index: make(map[key]int32), calls: make(map[int32]call), seen: seen}
	for i, r := range roots {
		if err := g.addRoot(i, r.value); err != nil {
			return nil, err
		}
	}
	g.stack = nil
	return g, nil
}

func (g *graph) addRoot(i int, v reflect.Value) error {
	g.at = i
	if n, ok := g.lookup(v); ok {
		g.nodes[n].refs++ // known from another root
	} else if err := g.walk(v); err != nil {
		return err
	}
	if n, ok := g.lookup(v); ok && g.nodes[n].root < 0 {
		g.nodes[n].root = int32(i)
	} else {
		g.order = append(g.order, int32(^i))
	}
	return nil
}

// label gives those nodes numbers that need a name and have none, and notes all
// that a printer has to look up. It comes after [graph.outside], because rows that
// are written with their array need no name.
func (g *graph) label() {
	labels := int32(0)
	g.noted = make(map[key]int32)
	for _, i := range g.order {
		if i < 0 {
			continue
		}
		n := &g.nodes[i]
		if n.root < 0 && n.out != swallowed && (n.refs > 1 || n.depth > 0 && n.depth%breath == 0) {
			n.label = labels
			labels++
		}
		if _, call := g.calls[i]; call || n.root >= 0 || n.label >= 0 || n.out >= 0 {
			g.noted[g.keyOf(i)] = i
		}
	}
}

// note finds the node of an object if it is one that was noted.
func (g *graph) note(v reflect.Value, t *shape) (int32, bool) {
	k, ok := identity(v, t)
	if !ok {
		return 0, false
	}
	n, ok := g.noted[k]
	return n, ok
}

func (g *graph) keyOf(n int32) key {
	k, _ := identity(g.nodes[n].v, g.shapes.of(g.nodes[n].v.Type()))
	return k
}

// lookup finds the node of an object.
func (g *graph) lookup(v reflect.Value) (int32, bool) {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return 0, false
	}
	k, ok := identity(v, g.shapes.of(v.Type()))
	if !ok {
		return 0, false
	}
	n, ok := g.index[k]
	return n, ok
}
