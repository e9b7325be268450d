package yaml

import (
	"encoding"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

var (
	timeType   = reflect.TypeFor[time.Time]()
	bigType    = reflect.TypeFor[big.Int]()
	emptyType  = reflect.TypeFor[struct{}]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func isTextTarget(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(textReader) && t != timeType && t != bigType
}

// unreadable says why nothing can be read into a t; "" if something can. It
// looks at t alone: what it is made of is met as the file is read.
func unreadable(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if isTextTarget(t) {
		return ""
	}
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer, reflect.Uintptr:
		return "no YAML fits a " + t.String()
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return "no YAML fits a " + t.String()
		}
	}
	return ""
}

// set stores what n says in dst, which is zero.
func (d *decoder) set(dst reflect.Value, n *yaml.Node, depth int) error {
	if why := unreadable(dst.Type()); why != "" {
		return at(n, artifacts.ErrTargetType, "%s", why)
	}
	if dst.Kind() == reflect.Interface {
		value, err := d.natural(n, depth)
		if err == nil && value != nil {
			dst.Set(reflect.ValueOf(value))
		}
		return err
	}
	n, leave, err := d.enter(n, depth)
	if err != nil {
		return err
	}
	defer leave()
	tag := tagOf(n)
	if err := checkTag(n, tag); err != nil || tag == nullTag {
		return err
	}
	for dst.Kind() == reflect.Pointer {
		dst.Set(reflect.New(dst.Type().Elem()))
		dst = dst.Elem()
	}
	if dst.Kind() == reflect.Interface { // behind a pointer
		return d.set(dst, n, depth)
	}
	if n.Kind == yaml.ScalarNode {
		return setScalar(dst, n, tag)
	}
	if isTextTarget(dst.Type()) {
		return misfit(dst, n, tag)
	}
	switch kind := dst.Kind(); {
	case tag == listTag && kind == reflect.Slice && dst.Type().Elem().Kind() != reflect.Uint8:
		dst.Set(reflect.MakeSlice(dst.Type(), len(n.Content), len(n.Content)))
		return d.setElements(dst, n, depth)
	case tag == listTag && kind == reflect.Array && dst.Len() == len(n.Content):
		return d.setElements(dst, n, depth)
	case tag == mapTag && kind == reflect.Struct && dst.Type() != timeType && dst.Type() != bigType:
		return d.setStruct(dst, n, depth)
	case tag == mapTag && kind == reflect.Map, tag == setTag && kind == reflect.Map && dst.Type().Elem() == emptyType:
		return d.setMap(dst, n, depth)
	}
	return misfit(dst, n, tag)
}

func misfit(dst reflect.Value, n *yaml.Node, tag string) error {
	return at(n, artifacts.ErrTargetType, "a value of the tag %q does not fit a %s", tag, dst.Type())
}

func (d *decoder) setElements(dst reflect.Value, n *yaml.Node, depth int) error {
	for i, element := range n.Content {
		if err := d.set(dst.Index(i), element, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) setStruct(dst reflect.Value, n *yaml.Node, depth int) error {
	pairs, err := d.pairs(n, depth)
	if err != nil {
		return err
	}
	known := fields.Of(dst.Type(), "yaml")
	for _, p := range pairs {
		key, err := d.natural(p.key, depth+1)
		if err != nil {
			return err
		}
		for i := range known {
			if known[i].Name != key {
				continue
			}
			field := known[i].Make(dst)
			field.SetZero() // a key may come twice
			if err := d.set(field, p.value, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *decoder) setMap(dst reflect.Value, n *yaml.Node, depth int) error {
	pairs, err := d.pairs(n, depth)
	if err != nil {
		return err
	}
	t := dst.Type()
	dst.Set(reflect.MakeMapWithSize(t, len(pairs)))
	isSet := t.Elem() == emptyType
	for _, p := range pairs {
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		if key.Kind() == reflect.Interface {
			natural, err := d.naturalKey(p.key, depth)
			if err != nil {
				return err
			}
			if natural != nil {
				key.Set(reflect.ValueOf(natural))
			}
		} else if err := d.set(key, p.key, depth+1); err != nil {
			return err
		}
		if !key.Comparable() {
			return at(p.key, artifacts.ErrUnsupportedValue, "a %s that cannot be compared is no key", key.Type())
		}
		if !isSet {
			if err := d.set(value, p.value, depth+1); err != nil {
				return err
			}
		}
		dst.SetMapIndex(key, value)
	}
	return nil
}

// setScalar stores a scalar that is not null.
func setScalar(dst reflect.Value, n *yaml.Node, tag string) error {
	if isTextTarget(dst.Type()) {
		if err := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Value)); err != nil {
			return fmt.Errorf("%w: line %d, column %d: %w", artifacts.ErrTargetType, n.Line, n.Column, err)
		}
		return nil
	}
	value, err := scalar(n, tag)
	if err != nil {
		return err
	}
	if fits(dst, value) {
		return nil
	}
	return misfit(dst, n, tag)
}

// fits stores a scalar if it is of dst's kind and within its range.
func fits(dst reflect.Value, value any) bool {
	switch v := value.(type) {
	case bool:
		if dst.Kind() == reflect.Bool {
			dst.SetBool(v)
			return true
		}
	case string:
		if dst.Kind() == reflect.String {
			dst.SetString(v)
			return true
		}
	case []byte:
		if dst.Kind() == reflect.Slice && dst.Type().Elem().Kind() == reflect.Uint8 {
			dst.SetBytes(v)
			return true
		}
	case time.Time:
		if dst.Type() == timeType {
			dst.Set(reflect.ValueOf(v))
			return true
		}
	case float64:
		if dst.CanFloat() && !dst.OverflowFloat(v) {
			dst.SetFloat(v)
			return true
		}
	case int64:
		if dst.CanInt() && !dst.OverflowInt(v) { // by far the most
			dst.SetInt(v)
			return true
		}
		return fitsInt(dst, big.NewInt(v))
	case *big.Int:
		return fitsInt(dst, v)
	}
	return false
}

func fitsInt(dst reflect.Value, v *big.Int) bool {
	switch {
	case dst.Type() == bigType:
		dst.Addr().Interface().(*big.Int).Set(v)
	case dst.CanUint() && v.IsUint64() && !dst.OverflowUint(v.Uint64()):
		dst.SetUint(v.Uint64())
	case dst.CanFloat():
		f, _ := new(big.Float).SetInt(v).Float64()
		if math.IsInf(f, 0) || dst.OverflowFloat(f) {
			return false
		}
		dst.SetFloat(f)
	default:
		return false
	}
	return true
}
