package pickle

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// maxReadDepth is the number of containers within one another that are read.
const maxReadDepth = 10000

var errDepth = fmt.Errorf("%w: nested more than %d levels deep", artifacts.ErrCorrupt, maxReadDepth)

// A conversion makes Go values of what the machine made.
type conversion struct {
	ordered bool // dicts become a Dict
	keys    keys
	made    map[madeKey]reflect.Value // what became of containers that are shared, by the type of the target
}

// enter is called before a container is converted, and what it returns after.
func enter(c container, depth int) (leave func(), err error) {
	n := c.base()
	if n.busy {
		return nil, notPlain("a %s that contains itself", c.what())
	}
	if depth >= maxReadDepth {
		return nil, errDepth
	}
	n.busy = true
	return func() { n.busy = false }, nil
}

// natural returns what a *any gets.
func (c *conversion) natural(v any, depth int) (any, error) {
	switch v := v.(type) {
	case container:
		n := v.base()
		if n.done {
			return n.natural, nil
		}
		leave, err := enter(v, depth)
		if err != nil {
			return nil, err
		}
		defer leave()
		made, err := c.container(v, depth)
		if err == nil && n.shared {
			n.natural, n.done = made, true
		}
		return made, err
	case *class:
		return nil, notPlain("%s", v)
	}
	return v, nil
}

func (c *conversion) container(v container, depth int) (any, error) {
	switch v := v.(type) {
	case *list:
		items, err := c.items(v.items, v.shared, depth)
		return items, err
	case *tuple:
		items, err := c.items(v.items, v.shared, depth)
		return Tuple(items), err
	case *set:
		items, err := c.elements(v, depth)
		if v.frozen {
			return FrozenSet(items), err
		}
		return Set(items), err
	case *dict:
		if !c.ordered && onlyText(v) {
			return c.mapping(v, depth)
		}
		return c.dict(v, depth)
	}
	return nil, fmt.Errorf("cannot convert %T", v)
}

// items converts elements. Those of a container that is found in one place only
// are not needed afterwards, so they are converted where they are.
func (c *conversion) items(items []any, shared bool, depth int) ([]any, error) {
	out := items
	if shared || items == nil {
		out = make([]any, len(items))
	}
	for i, item := range items {
		made, err := c.natural(item, depth+1)
		if err != nil {
			return nil, at(err, "[%d]", i)
		}
		out[i] = made
	}
	return out, nil
}

// elements converts those of a set, each once.
func (c *conversion) elements(s *set, depth int) ([]any, error) {
	distinct, err := c.distinct(s, depth)
	if err != nil {
		return nil, err
	}
	return c.items(distinct, true, depth)
}

// distinct returns the elements of a set that differ.
func (c *conversion) distinct(s *set, depth int) ([]any, error) {
	seen := make(map[any]bool, len(s.items))
	out := make([]any, 0, len(s.items))
	for _, item := range s.items {
		key, err := c.keys.identify(item, depth)
		if err != nil {
			return nil, err
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, item)
		}
	}
	return out, nil
}

// onlyText reports whether all keys of a dict are strings.
func onlyText(d *dict) bool {
	for i := 0; i < len(d.items); i += 2 {
		if _, ok := d.items[i].(string); !ok {
			return false
		}
	}
	return true
}

func (c *conversion) mapping(d *dict, depth int) (map[string]any, error) {
	out := make(map[string]any, len(d.items)/2)
	for i := 0; i < len(d.items); i += 2 {
		key := d.items[i].(string)
		made, err := c.natural(d.items[i+1], depth+1)
		if err != nil {
			return nil, at(err, "[%s]", quote(key))
		}
		out[key] = made
	}
	return out, nil
}

// dict converts to a Dict. A key that comes again keeps its first place and gets
// the last value, as in Python.
func (c *conversion) dict(d *dict, depth int) (Dict, error) {
	places := make(map[any]int, len(d.items)/2)
	out := make(Dict, 0, len(d.items)/2)
	for i := 0; i < len(d.items); i += 2 {
		id, err := c.keys.identify(d.items[i], depth)
		if err != nil {
			return nil, err
		}
		key, err := c.natural(d.items[i], depth+1)
		if err != nil {
			return nil, at(err, "[key %d]", i/2)
		}
		value, err := c.natural(d.items[i+1], depth+1)
		if err != nil {
			return nil, at(err, "[%s]", quote(fmt.Sprint(key)))
		}
		if place, ok := places[id]; ok {
			out[place].Value = value
			continue
		}
		places[id] = len(out)
		out = append(out, Item{key, value})
	}
	return out, nil
}

// A placed error has the place inside the value, such as [3]["loss"].
type placed struct {
	path string
	err  error
}

// at puts a step before the place of an error. Errors about the whole value,
// whose place would be as long as it is deep, have none.
func at(err error, step string, args ...any) error {
	if errors.Is(err, errDepth) || errors.Is(err, errWriteDepth) {
		return err
	}
	step = fmt.Sprintf(step, args...)
	if p, ok := errors.AsType[*placed](err); ok {
		const longest = 1000
		if len(p.path) < longest {
			p.path = step + p.path
		}
		return p
	}
	return &placed{step, err}
}

func (p *placed) Error() string { return "at " + p.path + ": " + p.err.Error() }
func (p *placed) Unwrap() error { return p.err }
