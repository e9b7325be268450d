package archive

import (
	"reflect"
	"strconv"
)

// A source is an archive as text, without the parts that depend on where the text
// is to stand.
type source struct {
	imports *imports
	aliases []byte
	body    []byte  // declarations
	arrays  []Array // outside of the text
	private error   // why no other package can be made of it; nil: one can
}

// An Array is one that is kept outside of an archive's text.
type Array struct {
	Name  string // array_0
	Value any    // a slice of numbers or bools, or of rows of them that are equally long
}

func arrayName(i int) string { return "array_" + strconv.Itoa(i) }

// newSource writes the declarations of a graph.
func newSource(g *graph, o Options, threshold int) (*source, error) {
	s := &source{imports: newImports(g.roots)}
	for i, n := range g.outside(threshold) {
		s.arrays = append(s.arrays, Array{arrayName(i), g.nodes[n].v.Interface()})
	}
	g.label()
	p := &printer{g: g, imports: s.imports, types: make(map[reflect.Type]string), scoped: !o.Flat}
	for _, i := range g.order {
		if i < 0 {
			p.declareRoot(g.roots[^i])
		} else {
			p.declareNode(g.nodes[i])
		}
		if p.err != nil {
			return nil, p.err
		}
	}
	s.aliases, s.body, s.private = p.aliases, p.b, p.private
	return s, nil
}

// declareNode declares an object if it has a name.
func (p *printer) declareNode(n node) {
	t := p.g.shapes.of(n.v.Type())
	write := func() {
		if n.out >= 0 {
			p.array(t, n.out)
		} else {
			p.object(n.v, t, alone)
		}
	}
	switch {
	case n.root >= 0:
		p.exported(p.g.roots[n.root].name, p.typ(t.t), write)
	case n.label >= 0:
		p.variable(objectPrefix+strconv.Itoa(int(n.label)), p.typ(t.t), write)
	}
}

// declareRoot declares an object that is another root as well, or has no identity.
func (p *printer) declareRoot(r root) {
	if !r.value.IsValid() {
		p.exported(r.name, "any", func() { p.put("any(nil)") })
		return
	}
	t := p.g.shapes.of(r.value.Type())
	p.exported(r.name, p.typ(t.t), func() { p.value(r.value, t, alone) })
}

// exported declares what was inserted under a name.
func (p *printer) exported(name, typ string, write func()) {
	doc := "// " + exported(name) + " is the object archived as " + strconv.Quote(name) + ".\n"
	if !p.scoped {
		p.put(doc)
		p.variable(exported(name), typ, write)
		return
	}
	once := oncePrefix + exported(name)
	p.variable(once, typ, write)
	p.put(doc + "func " + exported(name) + "() " + typ + " {\n\treturn " + once + "()\n}\n\n")
}

// variable declares an object, or in the scoped form a function that makes it when
// it is first called.
func (p *printer) variable(name, typ string, write func()) {
	p.put("var " + name + " = ")
	if p.scoped {
		p.put(p.imports.name("sync", "sync") + ".OnceValue(func() " + typ + " {")
		p.indent++
		p.newline()
		p.put("return ")
	} else {
		p.line = len(p.b)
	}
	write()
	if p.scoped {
		p.indent--
		p.newline()
		p.put("})")
	}
	p.put("\n\n")
}

// array writes the call that reads an array.
func (p *printer) array(t *shape, out int32) {
	p.put(`lsArray[` + p.typ(t.t) + `](lsFiles, "` + arrayName(int(out)) + `.npy")`)
}
