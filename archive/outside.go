package archive

import "reflect"

// outside chooses the arrays that are kept out of the text: slices of more numbers
// than the threshold, and slices of such slices that are equally long, as one array
// with two axes. Where a row is an object of its own, because something else refers
// to it as well, the rows stay arrays of their own.
//
// It returns their nodes in the order of their numbers.
func (g *graph) outside(threshold int) []int32 {
	if threshold < 0 {
		return nil
	}
	var list []int32
	// Rows come after what they are rows of.
	for i := range g.nodes {
		n := &g.nodes[i]
		if n.out == swallowed || n.v.Kind() != reflect.Slice || g.shapes.of(n.v.Type()).way != asKind {
			continue
		}
		switch elem := n.v.Type().Elem(); {
		case isNumber(elem.Kind()):
			if n.v.Len() <= threshold {
				continue
			}
		case elem.Kind() == reflect.Slice && isNumber(elem.Elem().Kind()):
			if !g.isTable(n.v, threshold) {
				continue
			}
			for r := range n.v.Len() {
				row, _ := g.lookup(n.v.Index(r))
				g.nodes[row].out = swallowed
			}
		default:
			continue
		}
		n.out = int32(len(list))
		list = append(list, int32(i))
	}
	return list
}

// isTable reports whether rows can be one array of more elements than the
// threshold.
func (g *graph) isTable(v reflect.Value, threshold int) bool {
	rows, cols := v.Len(), v.Index(0).Len()
	if cols == 0 || rows*cols <= threshold {
		return false
	}
	for i := range rows {
		row := v.Index(i)
		if row.Len() != cols {
			return false
		}
		if n, ok := g.lookup(row); !ok || g.nodes[n].refs > 1 {
			return false
		}
	}
	return true
}

// isNumber reports whether arrays of values of a kind can be files.
func isNumber(k reflect.Kind) bool {
	return reflect.Bool <= k && k <= reflect.Complex128 && k != reflect.Uintptr
}
