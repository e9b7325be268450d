package pickle

import (
	"encoding"
	"fmt"
	"math/big"
	"reflect"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A madeKey names what became of a container in targets of one type. That is used
// wherever the container is found: parts that were one object stay one, and
// a crafted file, in which each of them holds another twice, is not multiplied.
type madeKey struct {
	of *node
	as reflect.Type
}

var (
	bigIntType   = reflect.TypeFor[big.Int]()
	durationType = reflect.TypeFor[time.Duration]()
	dictType     = reflect.TypeFor[Dict]()
	emptyType    = reflect.TypeFor[struct{}]()

	// exact are the types that only their own kind of value fits.
	exact = map[reflect.Type]bool{
		reflect.TypeFor[time.Time](): true,
		durationType:                 true,
		reflect.TypeFor[Naive]():     true,
		reflect.TypeFor[Date]():      true,
		reflect.TypeFor[TimeOfDay](): true,
		reflect.TypeFor[Zone]():      true,
		reflect.TypeFor[Decimal]():   true,
		reflect.TypeFor[ByteArray](): true,
		reflect.TypeFor[Tuple]():     true,
		reflect.TypeFor[Set]():       true,
		reflect.TypeFor[FrozenSet](): true,
	}
)

// assign stores v in dst, which is zero and can be set.
func (c *conversion) assign(v any, dst reflect.Value, depth int) error {
	if depth > 2*maxReadDepth { // pointers to themselves count too
		return errDepth
	}
	t := dst.Type()
	box, shared := v.(container)
	shared = shared && box.base().shared
	if shared {
		if made, ok := c.made[madeKey{box.base(), t}]; ok {
			dst.Set(made)
			return nil
		}
	}
	if err := c.value(v, dst, t, depth); err != nil {
		return err
	}
	if shared {
		if c.made == nil {
			c.made = make(map[madeKey]reflect.Value)
		}
		kept := reflect.New(t).Elem() // dst may be written to again
		kept.Set(dst)
		c.made[madeKey{box.base(), t}] = kept
	}
	return nil
}

func (c *conversion) value(v any, dst reflect.Value, t reflect.Type, depth int) error {
	if class, ok := v.(*class); ok {
		return notPlain("%s", class)
	}
	switch kind := t.Kind(); {
	case kind == reflect.Interface:
		return c.iface(v, dst, depth)
	case v == nil:
		switch kind {
		case reflect.Pointer, reflect.Map, reflect.Slice:
			return nil
		}
		return mismatch(v, t)
	case kind == reflect.Pointer:
		p := reflect.New(t.Elem())
		if err := c.assign(v, p.Elem(), depth+1); err != nil {
			return err
		}
		dst.Set(p)
		return nil
	case exact[t]:
		return c.iface(v, dst, depth)
	case t == dictType:
		return c.assignDict(v, dst, depth)
	case t == bigIntType:
		return assignBig(v, dst)
	}
	if u, ok := dst.Addr().Interface().(encoding.TextUnmarshaler); ok {
		text, ok := v.(string)
		if !ok {
			return mismatch(v, t)
		}
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return fmt.Errorf("%w: %w", artifacts.ErrTargetType, err)
		}
		return nil
	}
	if box, ok := v.(container); ok {
		leave, err := enter(box, depth)
		if err != nil {
			return err
		}
		defer leave()
		return c.assignContainer(box, dst, depth)
	}
	if !assignScalar(v, dst) {
		return mismatch(v, t)
	}
	return nil
}

// iface stores what a *any gets, if it is of the type or implements it.
func (c *conversion) iface(v any, dst reflect.Value, depth int) error {
	made, err := c.natural(v, depth)
	if err != nil || made == nil {
		return err
	}
	// A list is no Tuple, though Go would let one be assigned to the other.
	t := reflect.TypeOf(made)
	if t != dst.Type() && (dst.Kind() != reflect.Interface || !t.Implements(dst.Type())) {
		return mismatch(v, dst.Type())
	}
	dst.Set(reflect.ValueOf(made))
	return nil
}

func (c *conversion) assignDict(v any, dst reflect.Value, depth int) error {
	d, ok := v.(*dict)
	if !ok {
		return mismatch(v, dst.Type())
	}
	leave, err := enter(d, depth)
	if err != nil {
		return err
	}
	defer leave()
	made, err := c.dict(d, depth)
	dst.Set(reflect.ValueOf(made))
	return err
}

func assignBig(v any, dst reflect.Value) error {
	switch v := v.(type) {
	case int64:
		dst.Set(reflect.ValueOf(big.NewInt(v)).Elem())
	case *big.Int:
		dst.Set(reflect.ValueOf(new(big.Int).Set(v)).Elem())
	default:
		return mismatch(v, dst.Type())
	}
	return nil
}

// assignScalar reports whether v fits, and stores it then.
func assignScalar(v any, dst reflect.Value) bool {
	switch v := v.(type) {
	case bool:
		if dst.Kind() == reflect.Bool {
			dst.SetBool(v)
			return true
		}
	case int64:
		return assignInt(v, dst)
	case *big.Int:
		if dst.CanUint() && v.IsUint64() && !dst.OverflowUint(v.Uint64()) {
			dst.SetUint(v.Uint64())
			return true
		}
		if f, accuracy := new(big.Float).SetInt(v).Float64(); dst.CanFloat() && accuracy == big.Exact && holds(dst, f) {
			dst.SetFloat(f)
			return true
		}
	case float64:
		// A float32 takes what it can hold about as well as a float64 could.
		if dst.CanFloat() && !dst.OverflowFloat(v) {
			dst.SetFloat(v)
			return true
		}
	case complex128:
		if dst.CanComplex() && !dst.OverflowComplex(v) {
			dst.SetComplex(v)
			return true
		}
	case string:
		if dst.Kind() == reflect.String {
			dst.SetString(v)
			return true
		}
	case []byte:
		return assignBytes(v, dst)
	case ByteArray:
		return assignBytes(v, dst)
	}
	return false
}

func assignInt(n int64, dst reflect.Value) bool {
	switch {
	case dst.Type() == durationType:
		return false
	case dst.CanInt() && !dst.OverflowInt(n):
		dst.SetInt(n)
	case dst.CanUint() && n >= 0 && !dst.OverflowUint(uint64(n)):
		dst.SetUint(uint64(n))
	case dst.CanFloat() && int64(float64(n)) == n && n != 1<<63-1 && holds(dst, float64(n)):
		dst.SetFloat(float64(n))
	default:
		return false
	}
	return true
}

// holds reports whether a float32 or float64 holds f exactly.
func holds(dst reflect.Value, f float64) bool {
	return dst.Kind() == reflect.Float64 || float64(float32(f)) == f
}

func assignBytes(b []byte, dst reflect.Value) bool {
	t := dst.Type()
	switch {
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		dst.SetBytes(b)
		return true
	case t.Kind() == reflect.Array && t.Elem().Kind() == reflect.Uint8 && t.Len() == len(b):
		reflect.Copy(dst, reflect.ValueOf(b).Convert(reflect.SliceOf(t.Elem())))
		return true
	}
	return false
}

// mismatch is the error of a value that does not fit a type.
func mismatch(v any, t reflect.Type) error {
	hint := ""
	switch v.(type) {
	case nil:
		hint = "; a pointer would take it"
	case Naive:
		hint = "; a pickle.Naive would take it"
	}
	return fmt.Errorf("%w: %s does not fit a %s%s", artifacts.ErrTargetType, describe(v), t, hint)
}
