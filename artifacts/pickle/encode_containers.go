package pickle

import "reflect"

// batch is the number of elements that are handed to a container at once.
// It is CPython's, and bounds the stack of the reader.
const batch = 1000

// container writes a slice, array, map or struct.
func (e *encoder) container(v reflect.Value, p *typePlan, key bool) error {
	t := v.Type()
	if isBytes := v.Kind() != reflect.Map && v.Kind() != reflect.Struct && t.Elem().Kind() == reflect.Uint8; isBytes && t != byteArrayType {
		e.last = e.bytes(bytesIn(v))
		return nil
	}
	if key {
		if v.Kind() == reflect.Array {
			return e.tuple(v, true)
		}
		return unsupported("a key or element of a set of type %s, which Python cannot hash", t)
	}
	switch {
	case t == byteArrayType:
		e.byteArray(v.Bytes())
		return nil
	case t == dictType:
		return e.dict(v)
	case t == setType:
		return e.set(v.Len(), v.Index)
	case v.Kind() == reflect.Struct:
		return e.structure(v, p)
	case v.Kind() == reflect.Map && t.Elem() == emptyType:
		items := sortedItems(v)
		return e.set(len(items), func(i int) reflect.Value { return items[i].key })
	case v.Kind() == reflect.Map:
		return e.mapping(v)
	}
	return e.list(v)
}

var (
	byteArrayType = reflect.TypeFor[ByteArray]()
	setType       = reflect.TypeFor[Set]()
)

// bytesIn returns the bytes of a slice or array.
func bytesIn(v reflect.Value) []byte {
	if v.Kind() == reflect.Slice || v.CanAddr() {
		return v.Bytes()
	}
	b := make([]byte, v.Len())
	for i := range b {
		b[i] = byte(v.Index(i).Uint())
	}
	return b
}

func (e *encoder) byteArray(b []byte) {
	e.class("builtins", "bytearray")
	if len(b) == 0 {
		e.op(opEmptyTuple, opReduce)
		e.last = e.memoize()
		return
	}
	e.bytes(b)
	e.last = e.reduce(1)
}

// batches writes n elements, or pairs, with the opcode for one and for many.
// one is 0 where there is none.
func (e *encoder) batches(n int, one, many byte, write func(i int) error) error {
	if n == 1 && one != 0 {
		err := write(0)
		e.op(one)
		return err
	}
	for i := range n {
		if i%batch == 0 {
			e.op(opMark)
		}
		if err := write(i); err != nil {
			return err
		}
		if i%batch == batch-1 || i == n-1 {
			e.op(many)
		}
	}
	return nil
}

func (e *encoder) list(v reflect.Value) error {
	return e.deeper(func() error {
		e.op(opEmptyList)
		self := e.memoize()
		err := e.batches(v.Len(), opAppend, opAppends, e.element(v))
		e.last = self
		return err
	})
}

// element returns what writes an element of a list. The most frequent types
// need no look at each.
func (e *encoder) element(v reflect.Value) func(i int) error {
	if v.Kind() == reflect.Slice {
		switch list := v.Interface().(type) {
		case []float64:
			return func(i int) error { e.float(list[i]); e.boundary(); return e.err }
		case []int:
			return func(i int) error { e.int(int64(list[i])); e.boundary(); return e.err }
		case []int64:
			return func(i int) error { e.int(list[i]); e.boundary(); return e.err }
		}
	}
	return func(i int) error {
		if err := e.value(v.Index(i), false); err != nil {
			return at(err, "[%d]", i)
		}
		return nil
	}
}

// tuple writes a Tuple, or an array that is a key.
func (e *encoder) tuple(v reflect.Value, key bool) error {
	return e.deeper(func() error {
		n := v.Len()
		if n == 0 {
			e.op(opEmptyTuple)
			return nil
		}
		if n > 3 {
			e.op(opMark)
		}
		for i := range n {
			if err := e.value(v.Index(i), key); err != nil {
				return at(err, "[%d]", i)
			}
		}
		if n > 3 {
			e.op(opTuple)
		} else {
			e.op(byte(opTuple1 + n - 1))
		}
		e.last = e.memoize()
		return nil
	})
}

func (e *encoder) frozenSet(v reflect.Value) error {
	return e.deeper(func() error {
		e.op(opMark)
		for i := range v.Len() {
			if err := e.value(v.Index(i), true); err != nil {
				return at(err, "[%d]", i)
			}
		}
		e.op(opFrozenSet)
		e.last = e.memoize()
		return nil
	})
}

func (e *encoder) set(n int, item func(i int) reflect.Value) error {
	return e.deeper(func() error {
		e.op(opEmptySet)
		self := e.memoize()
		err := e.batches(n, 0, opAddItems, func(i int) error {
			if err := e.value(item(i), true); err != nil {
				return at(err, "[%d]", i)
			}
			return nil
		})
		e.last = self
		return err
	})
}

// pairs writes a dict of n keys and values.
func (e *encoder) pairs(n int, pair func(i int) (key, value reflect.Value)) error {
	return e.deeper(func() error {
		e.op(opEmptyDict)
		self := e.memoize()
		err := e.batches(n, opSetItem, opSetItems, func(i int) error {
			key, value := pair(i)
			if err := e.value(key, true); err != nil {
				return at(err, "[key %v]", key)
			}
			if err := e.value(value, false); err != nil {
				return at(err, "[%v]", key)
			}
			return nil
		})
		e.last = self
		return err
	})
}

func (e *encoder) dict(v reflect.Value) error {
	return e.pairs(v.Len(), func(i int) (key, value reflect.Value) {
		item := v.Index(i)
		return item.Field(0), item.Field(1)
	})
}

func (e *encoder) mapping(v reflect.Value) error {
	items := sortedItems(v)
	return e.pairs(len(items), func(i int) (key, value reflect.Value) {
		return items[i].key, items[i].value
	})
}

func (e *encoder) structure(v reflect.Value, p *typePlan) error {
	// Indexes of the fields that are there. Most structs have few.
	var few [32]int
	there := few[:0]
	for i := range p.fields {
		f := &p.fields[i]
		if value := f.Get(v); value.IsValid() && !f.Omitted(value) {
			there = append(there, i)
		}
	}
	return e.deeper(func() error {
		e.op(opEmptyDict)
		self := e.memoize()
		err := e.batches(len(there), opSetItem, opSetItems, func(i int) error {
			f := &p.fields[there[i]]
			if err := e.string(f.Name); err != nil {
				return err
			}
			if err := e.value(f.Get(v), false); err != nil {
				return at(err, ".%s", f.Name)
			}
			return nil
		})
		e.last = self
		return err
	})
}
