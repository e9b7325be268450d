package pyjson

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// ErrTarget is wrapped when a target is not a pointer, or nil.
var ErrTarget = errors.New("target is not a pointer to a value")

// Decode parses data and assigns the tree to target, as [Assign] does.
func Decode(data []byte, target any) error {
	tree, err := Parse(data)
	if err != nil {
		return err
	}
	return Assign(tree, target)
}

// Assign stores a tree in the value that target, a pointer, points to, by the
// rules of encoding/json for struct tags, embedded structs, keys without regard
// to case, unknown keys, json.Unmarshaler and encoding.TextUnmarshaler. It
// adds NaN and the infinities to floats and integers of any size to big.Int.
//
// An interface gets nil, bool, string, int64 (*big.Int if larger), float64,
// []any or map[string]any.
//
// Unlike encoding/json, it builds a new value, which takes the place of what
// target points to when all of it has succeeded: nothing of the old value is
// kept, and an error leaves it as it was.
//
// JSON that does not fit is a [*TypeError]; other errors inside the tree, such
// as those of an Unmarshaler, are a [*ValueError].
func Assign(tree any, target any) error {
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("read JSON: %w: %T", ErrTarget, target)
	}
	fresh := reflect.New(v.Type().Elem()).Elem()
	if err := new(assignment).value(tree, fresh); err != nil {
		return settle(err)
	}
	v.Elem().Set(fresh)
	return nil
}

// An assignment stores one tree.
type assignment struct {
	steps int // levels of the tree and pointers of the target on the way
}

// maxSteps lets any text that can be read into a target with a pointer at each
// level. More steps come from trees that a program made, and from pointers
// that point to their own type.
const maxSteps = 2*MaxReadDepth + 2

func (a *assignment) enter() error {
	if a.steps == maxSteps {
		return fmt.Errorf("%w: more than %d levels", ErrTooDeep, MaxReadDepth)
	}
	a.steps++
	return nil
}

func (a *assignment) leave() { a.steps-- }

// value stores a tree in v, which is zero and can be set.
func (a *assignment) value(tree any, v reflect.Value) error {
	if err := a.enter(); err != nil {
		return err
	}
	defer a.leave()
	if o, ok := tree.(*Object); ok && o == nil {
		tree = nil
	}
	if v.Kind() == reflect.Pointer {
		if tree == nil {
			return nil
		}
		p := reflect.New(v.Type().Elem())
		if err := a.value(tree, p.Elem()); err != nil {
			return err
		}
		v.Set(p)
		return nil
	}
	if done, err := a.known(tree, v); done {
		return err
	}
	if done, err := a.unmarshaled(tree, v); done {
		return err
	}
	switch x := tree.(type) {
	case nil:
		return nil
	case bool:
		if v.Kind() == reflect.Bool {
			v.SetBool(x)
			return nil
		}
	case string:
		switch {
		case v.Kind() == reflect.String:
			v.SetString(x)
			return nil
		case v.Kind() == reflect.Slice && traitsOf(v.Type()).bytes:
			return setBytes(x, v)
		}
	case Number:
		if setNumber(x, v) {
			return nil
		}
	case []any:
		switch v.Kind() {
		case reflect.Slice:
			return a.slice(x, v)
		case reflect.Array:
			return a.elements(x[:min(len(x), v.Len())], v)
		}
	case *Object:
		switch v.Kind() {
		case reflect.Struct:
			return a.structure(x, v)
		case reflect.Map:
			return a.mapping(x, v)
		}
	default:
		tree, err := Of(tree)
		if err != nil {
			return err
		}
		return a.value(tree, v)
	}
	return mismatch(tree, v)
}

// known stores into the types that have a meaning of their own here.
func (a *assignment) known(tree any, v reflect.Value) (done bool, err error) {
	if v.Kind() == reflect.Interface && v.NumMethod() == 0 {
		x, err := a.natural(tree)
		if x != nil {
			v.Set(reflect.ValueOf(x))
		}
		return true, err
	}
	switch v.Type() {
	case objectType:
		if o, ok := tree.(*Object); ok && o != nil {
			v.Set(reflect.ValueOf(*o))
			return true, nil
		}
	case numberType, jsonNumberType:
		if n, ok := tree.(Number); ok {
			v.SetString(string(n))
			return true, nil
		}
	case bigIntType:
		if x, ok := tree.(Number); ok && x.IsInt() {
			v.Set(reflect.ValueOf(x.big()).Elem())
			return true, nil
		}
	default:
		return false, nil
	}
	if tree == nil {
		return true, nil
	}
	return true, mismatch(tree, v)
}

// unmarshaled stores by the methods of v, if it has any.
func (a *assignment) unmarshaled(tree any, v reflect.Value) (done bool, err error) {
	t := traitsOf(v.Type())
	switch {
	case t.unmarshals:
		text, err := Append(nil, tree, nil)
		if err == nil {
			err = v.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(text)
		}
		if err != nil {
			err = fmt.Errorf("unmarshal %s: %w", v.Type(), err)
		}
		return true, err
	case t.textUnmarshals && tree != nil:
		text, ok := tree.(string)
		if !ok {
			return true, mismatch(tree, v)
		}
		if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
			return true, fmt.Errorf("unmarshal %s: %w", v.Type(), err)
		}
		return true, nil
	}
	return false, nil
}

func setBytes(text string, v reflect.Value) error {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return fmt.Errorf("read base64: %w", err)
	}
	v.SetBytes(b)
	return nil
}

// mismatch is the error of a tree that does not fit v.
func mismatch(tree any, v reflect.Value) error {
	got := "object"
	switch x := tree.(type) {
	case nil:
		got = "null"
	case bool:
		got = "bool"
	case string:
		got = "string"
	case Number:
		got = "number " + shorten(string(x))
	case []any:
		got = "list"
	}
	return &TypeError{Want: v.Type(), Got: got}
}
