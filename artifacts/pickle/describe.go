package pickle

import (
	"fmt"
	"math/big"
	"time"
)

// describe names the kind of a value for an error message, as Python does.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return "a bool"
	case int64:
		return fmt.Sprintf("the int %d", v)
	case *big.Int:
		return fmt.Sprintf("an int of %d bits", v.BitLen())
	case float64:
		return fmt.Sprintf("the float %v", v)
	case complex128:
		return "a complex"
	case string:
		return "the str " + quote(v)
	case []byte:
		return "a bytes"
	case ByteArray:
		return "a bytearray"
	case time.Time:
		return "a datetime with a time zone"
	case Naive:
		return "a datetime without a time zone"
	case Date:
		return "a date"
	case TimeOfDay:
		return "a time"
	case Zone:
		return "a timezone"
	case time.Duration:
		return "a timedelta"
	case Decimal:
		return "a Decimal"
	case container:
		return "a " + v.what()
	}
	return fmt.Sprint(v) // a class, which has a name
}
