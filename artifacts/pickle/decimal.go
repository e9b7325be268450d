package pickle

import (
	"fmt"
	"regexp"
	"sync"
)

// decimalText is what Python's str makes of a Decimal.
var decimalText = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^-?([0-9]+(\.[0-9]+)?(E[+-][0-9]+)?|Infinity|s?NaN[0-9]*)$`)
})

func checkDecimal(text string) error {
	if !decimalText().MatchString(text) {
		return fmt.Errorf("no decimal number: %s", quote(text))
	}
	return nil
}
