package preview

import (
	"cmp"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// Plain makes of a decoded value one that has a JSON: tuples and sets are lists,
// times and complex numbers, "(1+2j)", are texts, and a map with keys
// that are not texts is a list of pairs. What JSON is made of stays as it is.
//
// A value may be in others more than once, and small files can say so many times
// over: more than limit values are [artifacts.ErrTooLarge].
func Plain(value any, limit int64) (any, error) {
	p := &plainer{left: limit}
	tree := p.of(value)
	if p.left < 0 {
		return nil, fmt.Errorf("%w: it unfolds to more than %d values", artifacts.ErrTooLarge, limit)
	}
	return tree, nil
}

type plainer struct{ left int64 }

func (p *plainer) of(value any) any {
	if p.left--; p.left < 0 {
		return nil
	}
	switch v := value.(type) {
	case []any:
		return p.list(v)
	case pickle.Tuple:
		return p.list(v)
	case pickle.Set:
		return p.list(v)
	case pickle.FrozenSet:
		return p.list(v)
	case pickle.Dict:
		return p.pairs(v)
	case complex64:
		return complexText(complex128(v))
	case complex128:
		return complexText(v)
	case *big.Rat:
		digits, _ := v.FloatPrec() // of decimals, which have an end
		return v.FloatString(digits)
	case pickle.ByteArray:
		return []byte(v)
	case []byte, *big.Int:
		return v
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case time.Duration:
		return v.String()
	case pickle.Naive:
		return v.String()
	case pickle.Date:
		return dateText(v)
	case pickle.TimeOfDay:
		return timeText(v)
	case pickle.Zone:
		return zoneText(v)
	case pickle.Decimal:
		return string(v)
	}
	return p.other(reflect.ValueOf(value))
}

func (p *plainer) list(values []any) []any {
	list := make([]any, 0, min(int64(len(values)), max(p.left, 0)))
	for _, v := range values {
		if p.left < 0 {
			break
		}
		list = append(list, p.of(v))
	}
	return list
}

// other walks through containers of whatever type.
func (p *plainer) other(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Invalid:
		return nil
	case reflect.Slice, reflect.Array:
		list := []any{}
		for i := 0; i < v.Len() && p.left >= 0; i++ {
			list = append(list, p.of(v.Index(i).Interface()))
		}
		return list
	case reflect.Map:
		return p.mapping(v)
	}
	return v.Interface()
}

// mapping is a map in the order of its keys; one without values is a set.
func (p *plainer) mapping(v reflect.Value) any {
	isSet := v.Type().Elem() == reflect.TypeFor[struct{}]()
	items := make(pickle.Dict, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		items = append(items, pickle.Item{Key: it.Key().Interface(), Value: it.Value().Interface()})
	}
	slices.SortFunc(items, func(a, b pickle.Item) int { return compareKeys(a.Key, b.Key) })
	if !isSet {
		return p.pairs(items)
	}
	list := []any{}
	for _, item := range items {
		list = append(list, p.of(item.Key))
	}
	return list
}

// compareKeys orders numbers by their size, and all else by its text.
func compareKeys(a, b any) int {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	switch {
	case a == nil || b == nil:
	case x.CanInt() && y.CanInt():
		return cmp.Compare(x.Int(), y.Int())
	case x.CanFloat() && y.CanFloat():
		return cmp.Compare(x.Float(), y.Float())
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}

// pairs are an object if all keys are texts.
func (p *plainer) pairs(items pickle.Dict) any {
	if slices.ContainsFunc(items, func(item pickle.Item) bool { return reflect.ValueOf(item.Key).Kind() != reflect.String }) {
		list := []any{}
		for _, item := range items {
			if p.left < 0 {
				break
			}
			list = append(list, []any{p.of(item.Key), p.of(item.Value)})
		}
		return list
	}
	object := pyjson.NewObject()
	for _, item := range items {
		if p.left < 0 {
			break
		}
		object.Set(reflect.ValueOf(item.Key).String(), p.of(item.Value))
	}
	return object
}

func complexText(c complex128) string {
	return strings.ReplaceAll(strconv.FormatComplex(c, 'g', -1, 128), "i", "j")
}

func dateText(d pickle.Date) string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

func timeText(t pickle.TimeOfDay) string {
	text := fmt.Sprintf("%02d:%02d:%02d", t.Hour, t.Minute, t.Second)
	if t.Microsecond != 0 {
		text += fmt.Sprintf(".%06d", t.Microsecond)
	}
	if t.Zone != nil {
		text += offsetText(t.Zone.Offset)
	}
	return text
}

func zoneText(z pickle.Zone) string {
	return cmp.Or(z.Name, "UTC"+offsetText(z.Offset))
}

func offsetText(seconds int) string {
	return time.Time{}.In(time.FixedZone("", seconds)).Format("-07:00")
}
