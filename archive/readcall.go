package archive

import (
	"encoding"
	"encoding/json"
	"fmt"
	"go/token"
	"path"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A caller reads a call from its first parenthesis or bracket on.
type caller = func(r *reader, pos token.Pos, dst reflect.Value) error

// helperCalls are the functions that an archive's source comes with.
var helperCalls map[string]caller

// standardCalls are those of the standard library that archives write.
var standardCalls map[string]caller

// They are set here because they lead back to what uses them.
func init() {
	helperCalls = map[string]caller{
		"lsPtr":   (*reader).ptr,
		"lsMust":  (*reader).must,
		"lsArray": (*reader).outside,
		"lsText": func(r *reader, pos token.Pos, dst reflect.Value) error {
			return unmarshalled(r, pos, dst, encoding.TextUnmarshaler.UnmarshalText)
		},
		"lsJSON": func(r *reader, pos token.Pos, dst reflect.Value) error {
			return unmarshalled(r, pos, dst, json.Unmarshaler.UnmarshalJSON)
		},
		"lsBinary": func(r *reader, pos token.Pos, dst reflect.Value) error {
			return unmarshalled(r, pos, dst, encoding.BinaryUnmarshaler.UnmarshalBinary)
		},
	}
	standardCalls = map[string]caller{
		"math.NaN":      func(r *reader, pos token.Pos, dst reflect.Value) error { return r.special(pos, dst, nan) },
		"math.Inf":      func(r *reader, pos token.Pos, dst reflect.Value) error { return r.special(pos, dst, infinity) },
		"math.Copysign": func(r *reader, pos token.Pos, dst reflect.Value) error { return r.special(pos, dst, zero) },
		"time.Date":     (*reader).date,
	}
}

// ptr reads lsPtr(x) or lsPtr[T](x).
func (r *reader) ptr(pos token.Pos, dst reflect.Value) error {
	t, err := r.argument()
	if err != nil {
		return err
	}
	if err := r.skip(token.LPAREN); err != nil {
		return err
	}
	var v reflect.Value
	if t != nil {
		if v, err = r.place(pos, t); err == nil {
			err = r.expr(v)
		}
	} else if v, err = r.alone(); err == nil && !v.IsValid() {
		err = r.corrupt(pos, "lsPtr(nil) has no type")
	}
	if err != nil {
		return err
	}
	p, err := r.place(pos, v.Type())
	if err != nil {
		return err
	}
	p.Set(v)
	if err := r.skip(token.RPAREN); err != nil {
		return err
	}
	return r.assign(pos, dst, p.Addr())
}

// argument reads a type in brackets, where there is one.
func (r *reader) argument() (reflect.Type, error) {
	if r.tok != token.LBRACK {
		return nil, nil
	}
	if err := r.next(); err != nil {
		return nil, err
	}
	t, err := r.typ()
	if err != nil {
		return nil, err
	}
	return t, r.skip(token.RBRACK)
}

// unmarshalled reads lsText[T]("…") and its like.
func unmarshalled[M any](r *reader, pos token.Pos, dst reflect.Value, read func(M, []byte) error) error {
	t, err := r.argument()
	if err != nil {
		return err
	}
	if t == nil {
		return r.unexpected("a type in brackets")
	}
	if err := r.skip(token.LPAREN); err != nil {
		return err
	}
	text, err := r.text()
	if err != nil {
		return err
	}
	if err := r.skip(token.RPAREN); err != nil {
		return err
	}
	v, err := r.place(pos, t)
	if err != nil {
		return err
	}
	m, ok := v.Addr().Interface().(M)
	if !ok {
		return r.corrupt(pos, "a %s cannot be read from such a text", t)
	}
	if err := r.guard(pos, func() error { return read(m, []byte(text)) }); err != nil {
		return err
	}
	return r.assign(pos, dst, v)
}

// guard runs code of registered types. Its panics are for those who write texts.
func (r *reader) guard(pos token.Pos, run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = r.corrupt(pos, "panic: %v", p)
		}
	}()
	if err := run(); err != nil {
		return r.at(pos, fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err))
	}
	return nil
}

// must reads lsMust(f(…)).
func (r *reader) must(pos token.Pos, dst reflect.Value) error {
	if err := r.skip(token.LPAREN); err != nil {
		return err
	}
	at := r.pos
	local, err := r.ident()
	if err != nil {
		return err
	}
	full, err := r.qualified(at, local)
	if err != nil {
		return err
	}
	fn, ok := r.types.lookupFunc(full)
	if !ok {
		return r.at(at, fmt.Errorf("%w: function %s is not registered; RegisterFunc adds it", artifacts.ErrNeedsType, full))
	}
	results, err := r.invoke(at, fn)
	if err != nil {
		return err
	}
	if len(results) != 2 || results[1].Type() != errorType {
		return r.corrupt(at, "%s does not return a value and an error", full)
	}
	if err, failed := results[1].Interface().(error); failed {
		return r.at(at, fmt.Errorf("%w: %s: %w", artifacts.ErrCorrupt, full, err))
	}
	if err := r.skip(token.RPAREN); err != nil {
		return err
	}
	return r.assign(pos, dst, results[0])
}

// invoke reads arguments and calls a registered function with them.
func (r *reader) invoke(pos token.Pos, fn reflect.Value) ([]reflect.Value, error) {
	if err := r.skip(token.LPAREN); err != nil {
		return nil, err
	}
	t := fn.Type()
	var args []reflect.Value
	for r.tok != token.RPAREN {
		if len(args) > 0 {
			if err := r.skip(token.COMMA); err != nil {
				return nil, err
			}
			if r.tok == token.RPAREN {
				break
			}
		}
		if len(args) >= t.NumIn() && !t.IsVariadic() {
			return nil, r.corrupt(r.pos, "the function takes %d arguments", t.NumIn())
		}
		arg, err := r.place(r.pos, parameter(t, len(args)))
		if err != nil {
			return nil, err
		}
		if err := r.expr(arg); err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if len(args) < t.NumIn() && !(t.IsVariadic() && len(args) == t.NumIn()-1) {
		return nil, r.corrupt(r.pos, "the function takes %d arguments", t.NumIn())
	}
	if err := r.next(); err != nil {
		return nil, err
	}
	var results []reflect.Value
	err := r.guard(pos, func() error {
		if t.IsVariadic() && len(args) < t.NumIn() {
			// Call would make an empty slice where Go has nil.
			args = append(args, reflect.Zero(t.In(t.NumIn()-1)))
			results = fn.CallSlice(args)
			return nil
		}
		results = fn.Call(args)
		return nil
	})
	return results, err
}

// outside reads lsArray[T](lsFiles, "folder/array_0.npy").
func (r *reader) outside(pos token.Pos, dst reflect.Value) error {
	t, err := r.argument()
	if err != nil {
		return err
	}
	if t == nil || t.Kind() != reflect.Slice {
		return r.corrupt(pos, "an array is read as a slice")
	}
	if err := r.skip(token.LPAREN); err != nil {
		return err
	}
	if _, err := r.ident(); err != nil {
		return err
	}
	if err := r.skip(token.COMMA); err != nil {
		return err
	}
	name, err := r.text()
	if err != nil {
		return err
	}
	if err := r.skip(token.RPAREN); err != nil {
		return err
	}
	v, err := r.place(pos, t)
	if err != nil {
		return err
	}
	if r.arrays == nil {
		return r.at(pos, fmt.Errorf("array %.100q: %w: no Arrays were given", name, artifacts.ErrNotFound))
	}
	// Each is read once, or a few bytes of text would take its memory again.
	once := arrayOf(path.Base(name))
	if r.outsides[once] {
		return r.corrupt(pos, "array %.100q is there twice; what is shared has a name", name)
	}
	r.outsides[once] = true
	if err := r.arrays.ReadArray(r.ctx, path.Base(name), v.Addr().Interface()); err != nil {
		return r.at(pos, fmt.Errorf("array %.100q: %w", name, err))
	}
	return r.assign(pos, dst, v)
}
