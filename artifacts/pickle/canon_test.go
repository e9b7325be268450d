package pickle_test

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
)

// canon spells a value, with its types, so that two values are the same if their
// texts are: sets in the order of their elements' texts, dicts in theirs, times
// with their offsets. testdata/canon.py spells Python's values the same way.
func canon(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return fmt.Sprintf("bool %t", v)
	case int64:
		return fmt.Sprintf("int %d", v)
	case *big.Int:
		return "int " + v.String()
	case float64:
		return canonFloat(v)
	case complex128:
		return "complex " + canonFloat(real(v)) + " " + canonFloat(imag(v))
	case string:
		return fmt.Sprintf("str %x", v)
	case []byte:
		return fmt.Sprintf("bytes %x", v)
	case pickle.ByteArray:
		return fmt.Sprintf("bytearray %x", []byte(v))
	case []any:
		return "list [" + strings.Join(canonAll(v), ", ") + "]"
	case pickle.Tuple:
		return "tuple [" + strings.Join(canonAll(v), ", ") + "]"
	case pickle.Set:
		return "set [" + strings.Join(slices.Sorted(slices.Values(canonAll(v))), ", ") + "]"
	case pickle.FrozenSet:
		return "frozenset [" + strings.Join(slices.Sorted(slices.Values(canonAll(v))), ", ") + "]"
	case pickle.Dict:
		var items []string
		for key, value := range v.All() {
			items = append(items, canon(key)+": "+canon(value))
		}
		return "dict [" + strings.Join(items, ", ") + "]"
	case map[string]any:
		var items []string
		for key, value := range v {
			items = append(items, canon(key)+": "+canon(value))
		}
		slices.Sort(items)
		return "map [" + strings.Join(items, ", ") + "]"
	case time.Time:
		_, offset := v.Zone()
		return fmt.Sprintf("datetime %s %d", v.Format("2006-01-02T15:04:05.000000"), offset)
	case pickle.Naive:
		return fmt.Sprintf("naive %s %t", v.Format("2006-01-02T15:04:05.000000"), v.Fold)
	case pickle.Date:
		return fmt.Sprintf("date %04d-%02d-%02d", v.Year, v.Month, v.Day)
	case pickle.TimeOfDay:
		zone := "None"
		if v.Zone != nil {
			zone = canon(*v.Zone)
		}
		return fmt.Sprintf("time %02d:%02d:%02d.%06d %t %s", v.Hour, v.Minute, v.Second, v.Microsecond, v.Fold, zone)
	case pickle.Zone:
		return fmt.Sprintf("zone %d", v.Offset)
	case time.Duration:
		return fmt.Sprintf("timedelta %d", v.Microseconds())
	case pickle.Decimal:
		return "decimal " + string(v)
	}
	return fmt.Sprintf("unknown %T", v)
}

func canonFloat(f float64) string {
	if f != f {
		return "float nan"
	}
	return fmt.Sprintf("float %016x", math.Float64bits(f))
}

func canonAll(items []any) []string {
	texts := make([]string, 0, len(items))
	for _, item := range items {
		texts = append(texts, canon(item))
	}
	return texts
}
