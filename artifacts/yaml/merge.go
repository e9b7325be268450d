package yaml

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

type pair struct{ key, value *yaml.Node }

// pairs returns the entries of a map, those of maps it merges ("<<", see
// yaml.org/type/merge) before its own, so that of one key the last counts.
func (d *decoder) pairs(n *yaml.Node, depth int) ([]pair, error) {
	own := make([]pair, 0, len(n.Content)/2)
	var merged []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || tagOf(key) != mergeTag {
			if key.Kind == yaml.ScalarNode && tagOf(key) == valueTag {
				text := *key // "=" is a string as a key
				text.Style, text.Tag = yaml.TaggedStyle, stringTag
				key = &text
			}
			own = append(own, pair{key, value})
			continue
		}
		more, err := d.merge(value, depth+1)
		if err != nil {
			return nil, err
		}
		merged = append(merged, more...)
	}
	return append(merged, own...), nil
}

// merge returns the entries of a map, or of a list of maps of which the earlier
// count more.
func (d *decoder) merge(n *yaml.Node, depth int) ([]pair, error) {
	n, leave, err := d.enter(n, depth)
	if err != nil {
		return nil, err
	}
	defer leave()
	var all []pair
	switch n.Kind {
	case yaml.MappingNode:
		all, err = d.merged(n, depth)
	case yaml.SequenceNode:
		for _, element := range slices.Backward(n.Content) {
			var more []pair
			if element, leave, err = d.enter(element, depth+1); err != nil {
				return nil, err
			}
			if element.Kind != yaml.MappingNode {
				err = at(element, artifacts.ErrCorrupt, "only maps can be merged")
			} else {
				more, err = d.merged(element, depth+1)
			}
			leave()
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		}
	default:
		return nil, at(n, artifacts.ErrCorrupt, "only maps can be merged")
	}
	return all, err
}

// merged returns the entries of a map that another takes over. They are charged
// each time, and before there are more of them: a list can name one large map as
// often as it likes.
func (d *decoder) merged(n *yaml.Node, depth int) ([]pair, error) {
	all, err := d.pairs(n, depth)
	if d.budget -= len(all); err == nil && d.budget < 0 {
		return nil, tooMuch(n)
	}
	return all, err
}
