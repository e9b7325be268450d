package record

import (
	"math"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// A Field is one metric or parameter.
type Field struct {
	Name  string
	Value Value
}

// A Value is one JSON value. Plain numbers are held without a tree, so that
// logging a metric allocates nothing.
type Value struct {
	kind valueKind
	bits uint64 // of a float, or an integer
	tree any    // anything else; a series is a []float64
}

type valueKind uint8

const (
	treeValue valueKind = iota // the zero Value is null
	floatValue
	intValue
	seriesValue
)

// Float makes a value that is written as a float: 1 is "1.0".
func Float(x float64) Value { return Value{kind: floatValue, bits: math.Float64bits(x)} }

// Int makes a value that is written as an integer.
func Int(n int64) Value { return Value{kind: intValue, bits: uint64(n)} }

// Series makes a value that is written as a list of floats. list must not be
// changed afterwards.
func Series(list []float64) Value { return Value{kind: seriesValue, tree: list} }

// Tree makes a value of a JSON tree, which must not be changed afterwards.
func Tree(tree any) Value { return Value{tree: tree} }

// Tree returns the value as a JSON tree. It must not be changed.
func (v Value) Tree() any {
	switch v.kind {
	case floatValue:
		return pyjson.Number(pyjson.AppendFloat(nil, math.Float64frombits(v.bits)))
	case intValue:
		return pyjson.Number(strconv.FormatInt(int64(v.bits), 10))
	case seriesValue:
		list := v.tree.([]float64)
		tree := make([]any, len(list))
		for i, x := range list {
			tree[i] = Float(x).Tree()
		}
		return tree
	}
	return v.tree
}

// Float64 returns a number's value; ok is false for anything but a number.
func (v Value) Float64() (x float64, ok bool) {
	switch v.kind {
	case floatValue:
		return math.Float64frombits(v.bits), true
	case intValue:
		return float64(int64(v.bits)), true
	}
	n, ok := v.tree.(pyjson.Number)
	if !ok {
		return 0, false
	}
	return n.Float64(), true
}

// Int64 returns an integer's value; ok is false for anything else, also for a
// float without a fraction and an integer that does not fit.
func (v Value) Int64() (n int64, ok bool) {
	switch v.kind {
	case intValue:
		return int64(v.bits), true
	case floatValue:
		return 0, false
	}
	num, ok := v.tree.(pyjson.Number)
	if !ok {
		return 0, false
	}
	return num.Int64()
}

// append writes the value at a level of indentation.
func (v Value) append(dst []byte, f *pyjson.Format) ([]byte, error) {
	switch v.kind {
	case floatValue:
		return pyjson.AppendFloat(dst, math.Float64frombits(v.bits)), nil
	case intValue:
		return strconv.AppendInt(dst, int64(v.bits), 10), nil
	}
	return pyjson.Append(dst, v.tree, f)
}

func fieldsOf(o *pyjson.Object) []Field {
	fields := make([]Field, 0, o.Len())
	for name, tree := range o.All() {
		fields = append(fields, Field{name, Tree(tree)})
	}
	return fields
}

// Lookup returns the field of a name; names are unique.
func Lookup(fields []Field, name string) (Value, bool) {
	for i := range fields {
		if fields[i].Name == name {
			return fields[i].Value, true
		}
	}
	return Value{}, false
}

// stringsOf returns the strings of a list; all is false when the list holds
// anything else or tree is no list.
func stringsOf(tree any) (list []string, all bool) {
	items, ok := tree.([]any)
	if !ok {
		return nil, false
	}
	all = true
	for _, item := range items {
		if s, ok := item.(string); ok {
			list = append(list, s)
		} else {
			all = false
		}
	}
	return list, all
}
