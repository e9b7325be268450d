package parquet

import (
	"fmt"
	"reflect"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// A decoder turns the values of Arrow's arrays into those of Go.
type decoder struct{ budget *budget }

// A setter stores value i of an array in dst, which is the zero value of its
// type.
type setter func(i int, dst reflect.Value) error

// setter returns the setter of an array for destinations of type t.
func (d decoder) setter(a arrow.Array, t reflect.Type) (setter, error) {
	switch {
	case t == ratPointer:
		set, err := decimalSetter(a, t)
		return nullable(a, t, set), err
	case t.Kind() == reflect.Pointer:
		set, err := d.setter(a, t.Elem())
		return nullable(a, t, func(i int, dst reflect.Value) error {
			d.budget.take(int64(t.Elem().Size()))
			dst.Set(reflect.New(t.Elem()))
			return set(i, dst.Elem())
		}), err
	case t == anyType:
		return d.anySetter(a)
	}
	set, err := d.valueSetter(a, t)
	return nullable(a, t, set), err
}

// nullable takes care of null before set.
func nullable(a arrow.Array, t reflect.Type, set setter) setter {
	return func(i int, dst reflect.Value) error {
		switch {
		case !a.IsNull(i):
			return set(i, dst)
		case hasNil(t):
			return nil
		}
		return fmt.Errorf("%w: null does not fit a %s, but a pointer to one", artifacts.ErrTargetType, t)
	}
}

// anySetter stores values of their natural type in an interface.
func (d decoder) anySetter(a arrow.Array) (setter, error) {
	t, err := naturalType(a.DataType())
	if err != nil {
		return nil, err
	}
	if t == anyType { // of a column that is null all over
		return func(int, reflect.Value) error { return nil }, nil
	}
	if list := listOf(a); list != nil && !hasNil(t.Elem()) {
		return d.anyList(list, t)
	}
	set, err := d.setter(a, t)
	if err != nil {
		return nil, err
	}
	return func(i int, dst reflect.Value) error {
		if a.IsNull(i) {
			return nil
		}
		d.budget.take(int64(t.Size()))
		value := reflect.New(t).Elem()
		if err := set(i, value); err != nil {
			return err
		}
		dst.Set(value)
		return nil
	}, nil
}

// anyList makes slices of the elements' type, or of any where they have nulls.
func (d decoder) anyList(list array.ListLike, t reflect.Type) (setter, error) {
	sound, err := d.setter(list, t)
	if err != nil {
		return nil, err
	}
	loose, err := d.setter(list, reflect.SliceOf(anyType))
	values := list.ListValues()
	return func(i int, dst reflect.Value) error {
		if list.IsNull(i) {
			return nil
		}
		set, value := sound, reflect.New(t).Elem()
		for from, to := list.ValueOffsets(i); from >= 0 && from < min(to, int64(values.Len())); from++ {
			if values.IsNull(int(from)) {
				set, value = loose, reflect.New(reflect.SliceOf(anyType)).Elem()
				break
			}
		}
		if err := set(i, value); err != nil {
			return err
		}
		dst.Set(value)
		return nil
	}, err
}

// listOf returns an array as one of lists, or nil. Maps are not lists here.
func listOf(a arrow.Array) array.ListLike {
	if _, isMap := a.(*array.Map); isMap {
		return nil
	}
	list, _ := a.(array.ListLike)
	return list
}

// valueSetter is setter for types without nil and values that are not null.
func (d decoder) valueSetter(a arrow.Array, t reflect.Type) (setter, error) {
	switch a := a.(type) {
	case array.ExtensionArray:
		return d.valueSetter(a.Storage(), t)
	case *array.Dictionary:
		set, err := d.setter(a.Dictionary(), t)
		return func(i int, dst reflect.Value) error {
			at := a.GetValueIndex(i)
			if at < 0 || at >= a.Dictionary().Len() {
				return fmt.Errorf("%w: index %d in a dictionary of %d", artifacts.ErrCorrupt, at, a.Dictionary().Len())
			}
			return set(at, dst)
		}, err
	case *array.Struct:
		return d.structSetter(a, t)
	case *array.Map:
		return d.mapSetter(a, t)
	case array.ListLike:
		return d.listSetter(a, t)
	}
	if set := numberSetter(a, t); set != nil {
		return set, nil
	}
	if set := timeSetter(a, t); set != nil {
		return set, nil
	}
	if set := d.bytesSetter(a, t); set != nil {
		return set, nil
	}
	return decimalSetter(a, t)
}

func misfit(a arrow.Array, t reflect.Type) error {
	return fmt.Errorf("%w: values of %s do not fit a %s", artifacts.ErrTargetType, a.DataType(), t)
}

func (d decoder) listSetter(a array.ListLike, t reflect.Type) (setter, error) {
	if t.Kind() != reflect.Slice && t.Kind() != reflect.Array {
		return nil, misfit(a, t)
	}
	set, err := d.setter(a.ListValues(), t.Elem())
	if err != nil {
		return nil, err
	}
	return func(i int, dst reflect.Value) error {
		from, to := a.ValueOffsets(i)
		n := int(to - from)
		if from < 0 || n < 0 || to > int64(a.ListValues().Len()) {
			return fmt.Errorf("%w: elements %d to %d of a list of %d", artifacts.ErrCorrupt, from, to, a.ListValues().Len())
		}
		if t.Kind() == reflect.Slice {
			d.budget.take(int64(n) * int64(t.Elem().Size()))
			dst.Set(reflect.MakeSlice(t, n, n))
		} else if n != t.Len() {
			return fmt.Errorf("%w: a list of %d elements does not fit a %s", artifacts.ErrTargetType, n, t)
		}
		for k := range n {
			if err := set(int(from)+k, dst.Index(k)); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (d decoder) mapSetter(a *array.Map, t reflect.Type) (setter, error) {
	if t.Kind() != reflect.Map {
		return nil, misfit(a, t)
	}
	key, err := d.setter(a.Keys(), t.Key())
	if err != nil {
		return nil, err
	}
	item, err := d.setter(a.Items(), t.Elem())
	if err != nil {
		return nil, err
	}
	return func(i int, dst reflect.Value) error {
		from, to := a.ValueOffsets(i)
		if from < 0 || to < from || to > int64(a.Keys().Len()) {
			return fmt.Errorf("%w: entries %d to %d of a map of %d", artifacts.ErrCorrupt, from, to, a.Keys().Len())
		}
		d.budget.take(mapBytes(t, to-from))
		dst.Set(reflect.MakeMapWithSize(t, int(to-from)))
		for k := int(from); k < int(to); k++ {
			keyValue, itemValue := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			if err := key(k, keyValue); err != nil {
				return err
			}
			if err := item(k, itemValue); err != nil {
				return err
			}
			dst.SetMapIndex(keyValue, itemValue)
		}
		return nil
	}, nil
}

func (d decoder) structSetter(a *array.Struct, t reflect.Type) (setter, error) {
	if !isRowMap(t) && (t.Kind() != reflect.Struct || t == timeType) {
		return nil, misfit(a, t)
	}
	typ := a.DataType().(*arrow.StructType)
	if isRowMap(t) {
		return d.structMapSetter(a, typ, t)
	}
	list := fields.Of(t, tag)
	sets := make([]setter, len(list))
	for k, f := range list {
		at, found := typ.FieldIdx(f.Name)
		if !found {
			if hasNil(f.Type) {
				continue
			}
			return nil, fmt.Errorf("%w: %s has a field %q, which %s does not have", artifacts.ErrTargetType, t, f.Name, typ)
		}
		var err error
		if sets[k], err = d.setter(a.Field(at), f.Type); err != nil {
			return nil, fmt.Errorf("field %q: %w", f.Name, err)
		}
	}
	return func(i int, dst reflect.Value) error {
		for k, set := range sets {
			if set == nil {
				continue
			}
			if err := set(i, list[k].Make(dst)); err != nil {
				return fmt.Errorf("field %q: %w", list[k].Name, err)
			}
		}
		return nil
	}, nil
}

func (d decoder) structMapSetter(a *array.Struct, typ *arrow.StructType, t reflect.Type) (setter, error) {
	sets := make([]setter, typ.NumFields())
	for k := range sets {
		var err error
		if sets[k], err = d.setter(a.Field(k), t.Elem()); err != nil {
			return nil, fmt.Errorf("field %q: %w", typ.Field(k).Name, err)
		}
	}
	return func(i int, dst reflect.Value) error {
		d.budget.take(mapBytes(t, int64(len(sets))))
		dst.Set(reflect.MakeMapWithSize(t, len(sets)))
		for k, set := range sets {
			value := reflect.New(t.Elem()).Elem()
			if err := set(i, value); err != nil {
				return fmt.Errorf("field %q: %w", typ.Field(k).Name, err)
			}
			dst.SetMapIndex(mapKey(t, typ.Field(k).Name), value)
		}
		return nil
	}, nil
}
