package archive

import (
	"fmt"
	"reflect"
	"strconv"
)

// call writes the call that makes an Archivable.
func (p *printer) call(v reflect.Value, t *shape) {
	n, known := p.g.note(v, t)
	c := p.g.calls[n]
	if !known {
		var err error
		if c, err = callOf(v); err != nil {
			p.fail(err)
			return
		}
	}
	end := ""
	switch c.deref {
	case 1:
		p.put("*")
	case -1:
		p.put("lsPtr(")
		end = ")"
	}
	if c.fails {
		p.put("lsMust(")
		end += ")"
	}
	p.put(p.function(c.name))
	p.list(list{open: "(", close: ")", n: len(c.args), value: func(i int) {
		p.value(c.args[i], p.g.shapes.of(c.args[i].Type()), typed)
	}})
	p.put(end)
}

// helpers are the functions that read what a value's method returned.
var helpers = map[way]string{asText: "lsText", asJSON: "lsJSON", asBinary: "lsBinary"}

// marshalled writes the helper's call.
func (p *printer) marshalled(v reflect.Value, t *shape) {
	text, err := marshal(v, t.way)
	if err != nil {
		p.fail(fmt.Errorf("ask a %s for its text: %w", t.t, err))
		return
	}
	p.put(helpers[t.way] + "[" + p.typ(t.t) + "](")
	p.b = strconv.AppendQuote(p.b, string(text))
	p.put(")")
}

// function writes the name of a function.
func (p *printer) function(f funcName) string {
	p.importable(f.path, f.ident)
	return p.imports.name(f.path, "") + "." + f.ident
}
