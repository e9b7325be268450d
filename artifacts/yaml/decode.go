package yaml

import (
	"math/big"
	"reflect"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A file may be made to grow by its aliases, to so many nodes and no more.
const (
	expansionFloor  = 10_000
	expansionFactor = 16 // for each byte of the file; without aliases there is at most one
)

// maxReadDepth bounds the nesting of what is read.
const maxReadDepth = 10_000

// decoder makes values of nodes. It is for one document.
type decoder struct {
	budget int                 // nodes that may still be met
	open   map[*yaml.Node]bool // targets of aliases that are being decoded
}

// enter is called for each node that is met. It returns the node an alias
// stands for, and what to call when that is done with.
func (d *decoder) enter(n *yaml.Node, depth int) (*yaml.Node, func(), error) {
	d.budget -= 1 + len(n.Value)/16
	switch {
	case d.budget < 0:
		return nil, nil, tooMuch(n)
	case depth > maxReadDepth:
		return nil, nil, at(n, artifacts.ErrCorrupt, "nested more than %d levels deep", maxReadDepth)
	case n.Kind != yaml.AliasNode:
		return n, func() {}, nil
	}
	target := n.Alias
	if target == nil || d.open[target] {
		return nil, nil, at(n, artifacts.ErrUnsupportedValue, "the value contains itself")
	}
	if d.open == nil {
		d.open = make(map[*yaml.Node]bool)
	}
	d.open[target] = true
	d.budget -= len(target.Value) / 16
	return target, func() { delete(d.open, target) }, nil
}

func tooMuch(n *yaml.Node) error {
	return at(n, artifacts.ErrCorrupt, "its aliases make far too much of this file")
}

// natural returns the value for a *any.
func (d *decoder) natural(n *yaml.Node, depth int) (any, error) {
	n, leave, err := d.enter(n, depth)
	if err != nil {
		return nil, err
	}
	defer leave()
	tag := tagOf(n)
	if err := checkTag(n, tag); err != nil {
		return nil, err
	}
	switch tag {
	case listTag:
		return d.naturalList(n, depth)
	case omapTag, pairsTag:
		return d.naturalPairs(n, depth)
	case mapTag:
		return d.naturalMap(n, depth)
	case setTag:
		return d.naturalSet(n, depth)
	}
	return scalar(n, tag)
}

func (d *decoder) naturalList(n *yaml.Node, depth int) (any, error) {
	list := make([]any, len(n.Content))
	for i, element := range n.Content {
		var err error
		if list[i], err = d.natural(element, depth+1); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// naturalPairs reads a list of maps of one entry each.
func (d *decoder) naturalPairs(n *yaml.Node, depth int) (any, error) {
	list := make([]any, len(n.Content))
	for i, element := range n.Content {
		err := func() error {
			element, leave, err := d.enter(element, depth+1)
			if err != nil {
				return err
			}
			defer leave()
			if element.Kind != yaml.MappingNode || len(element.Content) != 2 {
				return at(element, artifacts.ErrCorrupt, "an ordered map has maps of one key")
			}
			key, err := d.natural(element.Content[0], depth+2)
			if err != nil {
				return err
			}
			value, err := d.natural(element.Content[1], depth+2)
			list[i] = []any{key, value}
			return err
		}()
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (d *decoder) naturalMap(n *yaml.Node, depth int) (any, error) {
	pairs, err := d.pairs(n, depth)
	if err != nil {
		return nil, err
	}
	byText := make(map[string]any, len(pairs))
	var byAny map[any]any // once a key is not a string
	for _, p := range pairs {
		key, err := d.naturalKey(p.key, depth)
		if err != nil {
			return nil, err
		}
		value, err := d.natural(p.value, depth+1)
		if err != nil {
			return nil, err
		}
		text, isText := key.(string)
		if !isText && byAny == nil {
			byAny = make(map[any]any, len(pairs))
			for k, v := range byText {
				byAny[k] = v
			}
		}
		if byAny != nil {
			byAny[key] = value
		} else {
			byText[text] = value
		}
	}
	if byAny != nil {
		return byAny, nil
	}
	return byText, nil
}

func (d *decoder) naturalSet(n *yaml.Node, depth int) (any, error) {
	pairs, err := d.pairs(n, depth)
	if err != nil {
		return nil, err
	}
	set := make(map[any]struct{}, len(pairs))
	for _, p := range pairs {
		key, err := d.naturalKey(p.key, depth)
		if err != nil {
			return nil, err
		}
		set[key] = struct{}{}
	}
	return set, nil
}

// naturalKey returns a key of a map, which must be comparable by its value.
func (d *decoder) naturalKey(n *yaml.Node, depth int) (any, error) {
	key, err := d.natural(n, depth+1)
	if err != nil {
		return nil, err
	}
	switch k := key.(type) {
	case *big.Int:
		return nil, at(n, artifacts.ErrUnsupportedValue, "the key %.20s... is beyond 64 bits", k)
	case time.Time:
		// Equal times are to be equal keys, whatever zone object they came with.
		return k.UTC(), nil
	}
	if key != nil && !reflect.TypeOf(key).Comparable() {
		return nil, at(n, artifacts.ErrUnsupportedValue, "a key is a %T, which a map cannot have", key)
	}
	return key, nil
}
