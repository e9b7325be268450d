package wire

import (
	"context"
	"fmt"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// SequenceElem returns the type of the elements of an iter.Seq[T] or an
// iter.Seq2[T, error], and whether t is one.
func SequenceElem(t reflect.Type) (reflect.Type, bool) {
	if t == nil || t.Kind() != reflect.Func || t.NumIn() != 1 || t.NumOut() != 0 || t.IsVariadic() {
		return nil, false
	}
	yield := t.In(0)
	if yield.Kind() != reflect.Func || yield.NumOut() != 1 || yield.Out(0).Kind() != reflect.Bool || yield.IsVariadic() {
		return nil, false
	}
	switch {
	case yield.NumIn() == 1:
		return yield.In(0), true
	case yield.NumIn() == 2 && yield.In(1) == errorType:
		return yield.In(0), true
	}
	return nil, false
}

var errorType = reflect.TypeFor[error]()

// WriteSequence writes each element of v as one item. v is a slice, an array, an
// iter.Seq[T] or an iter.Seq2[T, error], whose first error ends the writing and
// is returned as it is, wrapped. Elements are written as they come, and ctx is
// asked between them.
func WriteSequence(ctx context.Context, w io.Writer, v any) error {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() {
		return unsupported("is nil and no sequence")
	}
	if rv.Kind() == reflect.Slice || rv.Kind() == reflect.Array {
		for i := range rv.Len() {
			if err := writeItem(ctx, w, i, rv.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if _, ok := SequenceElem(rv.Type()); !ok {
		return unsupported("is of type %s and no sequence", rv.Type())
	}
	if rv.IsNil() {
		return nil
	}
	return writeYielded(ctx, w, rv)
}

func writeYielded(ctx context.Context, w io.Writer, seq reflect.Value) error {
	i := 0
	if seq.Type().In(0).NumIn() == 1 {
		for elem := range seq.Seq() {
			if err := writeItem(ctx, w, i, elem); err != nil {
				return err
			}
			i++
		}
		return nil
	}
	for elem, failed := range seq.Seq2() {
		if err, _ := failed.Interface().(error); err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
		if err := writeItem(ctx, w, i, elem); err != nil {
			return err
		}
		i++
	}
	return nil
}

func writeItem(ctx context.Context, w io.Writer, i int, elem reflect.Value) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	data, err := Marshal(elem.Interface())
	if e, ok := err.(*Error); ok {
		return e.under(indexStep(i))
	}
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// ReadSequence decodes the items of a sequence into target:
//
//   - *[]T gets them all, and *any a []any.
//   - *iter.Seq2[T, error] gets a sequence that reads on from r while it is
//     iterated over, once; an error of r or of an item is its last element.
//
// Errors are those of [Unmarshal], with the item's place.
func ReadSequence(ctx context.Context, r io.Reader, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	dst := reflect.ValueOf(target).Elem()
	items := NewItemReader(r)
	if dst.Type() == reflect.TypeFor[any]() {
		list := []any{}
		if err := collect(ctx, items, reflect.ValueOf(&list).Elem()); err != nil {
			return err
		}
		dst.Set(reflect.ValueOf(list))
		return nil
	}
	if dst.Kind() == reflect.Slice {
		list := reflect.New(dst.Type()).Elem()
		list.Set(reflect.MakeSlice(dst.Type(), 0, 0))
		if err := collect(ctx, items, list); err != nil {
			return err
		}
		dst.Set(list)
		return nil
	}
	if elem, ok := SequenceElem(dst.Type()); ok && dst.Type().In(0).NumIn() == 2 {
		dst.Set(lazily(ctx, items, dst.Type(), elem))
		return nil
	}
	return &Error{Kind: artifacts.ErrTargetType, Reason: "a sequence does not fit " + dst.Type().String()}
}

func collect(ctx context.Context, items *ItemReader, list reflect.Value) error {
	for i := 0; ; i++ {
		elem := reflect.New(list.Type().Elem())
		err := readItem(ctx, items, i, elem.Interface())
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		list.Set(reflect.Append(list, elem.Elem()))
	}
}

// lazily makes an iter.Seq2[elem, error].
func lazily(ctx context.Context, items *ItemReader, seq, elem reflect.Type) reflect.Value {
	none := reflect.Zero(errorType)
	i := 0
	return reflect.MakeFunc(seq, func(args []reflect.Value) []reflect.Value {
		for yield := args[0]; ; i++ {
			item := reflect.New(elem)
			err := readItem(ctx, items, i, item.Interface())
			if err == io.EOF {
				return nil
			}
			if err != nil {
				yield.Call([]reflect.Value{reflect.Zero(elem), reflect.ValueOf(&err).Elem()})
				return nil
			}
			if !yield.Call([]reflect.Value{item.Elem(), none})[0].Bool() {
				i++
				return nil
			}
		}
	})
}

func readItem(ctx context.Context, items *ItemReader, i int, target any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	item, err := items.Next()
	if err == nil {
		err = Unmarshal(item, target)
	}
	if e, ok := err.(*Error); ok {
		return e.under(indexStep(i))
	}
	return err
}
