package pickle

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Keys tell values apart as Python does when they are keys of a dict or elements
// of a set: 1, 1.0 and True are one, 1 and "1" are two.
type keys struct{ ids map[any]uint32 }

// What stands for the values of types that Go cannot compare, or compares
// otherwise than Python.
type (
	bytesKey    string
	bigKey      string
	compoundKey uint32
	instantKey  int64 // an aware datetime: microseconds since 1970
	readingKey  int64 // a naive one
	clockKey    struct {
		zoned bool
		micro int64 // of the day, in UTC if it has a zone
	}
	offsetKey    int
	complexKey   struct{ re, im any }
	compoundText string // the numbers of what a tuple or frozenset holds
)

// identify returns a value that Go compares as Python compares v.
func (k *keys) identify(v any, depth int) (any, error) {
	switch v := v.(type) {
	case nil, int64, string, time.Duration, Date, Decimal:
		return v, nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case *big.Int:
		return bigKeyOf(v), nil
	case float64:
		return floatKey(v), nil
	case complex128:
		if imag(v) == 0 {
			return floatKey(real(v)), nil
		}
		return complexKey{floatKey(real(v)), floatKey(imag(v))}, nil
	case []byte:
		return bytesKey(v), nil
	case time.Time:
		return instantKey(v.UnixMicro()), nil
	case Naive:
		return readingKey(v.UnixMicro()), nil
	case TimeOfDay:
		micro := ((int64(v.Hour)*60+int64(v.Minute))*60+int64(v.Second))*1e6 + int64(v.Microsecond)
		if v.Zone == nil {
			return clockKey{false, micro}, nil
		}
		return clockKey{true, micro - int64(v.Zone.Offset)*1e6}, nil
	case Zone:
		return offsetKey(v.Offset), nil
	case *tuple:
		return k.compound(v.items, 't', &v.key, depth)
	case *set:
		if v.frozen {
			return k.compound(v.items, 's', &v.key, depth)
		}
	case *class:
		return v, nil
	}
	return nil, fmt.Errorf("%w: %s is a key or an element, and cannot be hashed", artifacts.ErrCorrupt, describe(v))
}

// floatKey returns the key of a float, which is that of an int of the same value.
func floatKey(f float64) any {
	switch {
	case math.IsNaN(f):
		return new(byte) // differs from all
	case math.IsInf(f, 0) || f != math.Trunc(f):
		return f
	case -1<<63 <= f && f < 1<<63:
		return int64(f)
	}
	n, _ := big.NewFloat(f).Int(nil)
	return bigKeyOf(n)
}

// bigKeyOf takes linear time, as decimal digits would not.
func bigKeyOf(n *big.Int) bigKey { return bigKey(append(n.Bytes(), byte(n.Sign()))) }

// compound numbers tuples and frozensets. Each is looked into once, so that
// crafted ones, which hold another twice on each level, take no longer than
// others; the number is kept at *known.
func (k *keys) compound(items []any, kind byte, known *uint32, depth int) (any, error) {
	if *known != 0 {
		return compoundKey(*known), nil
	}
	if depth >= maxReadDepth {
		return nil, errDepth
	}
	numbers := make([]uint32, len(items))
	for i, item := range items {
		key, err := k.identify(item, depth+1)
		if err != nil {
			return nil, err
		}
		numbers[i] = k.number(key)
	}
	if kind == 's' {
		slices.Sort(numbers)
		numbers = slices.Compact(numbers)
	}
	text := []byte{kind}
	for _, n := range numbers {
		text = binary.LittleEndian.AppendUint32(text, n)
	}
	*known = k.number(compoundText(text))
	return compoundKey(*known), nil
}

// number returns the number of a key, counted from 1.
func (k *keys) number(key any) uint32 {
	n, ok := k.ids[key]
	if !ok {
		if k.ids == nil {
			k.ids = make(map[any]uint32)
		}
		n = uint32(len(k.ids)) + 1
		k.ids[key] = n
	}
	return n
}
