package npz

import (
	"fmt"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/named"
)

// tag is the key of the tags that name fields.
const tag = "npz"

// membersOf returns the arrays of a value in the order in which they are written.
func membersOf(value any) ([]named.Array, error) {
	list, err := named.In(value, tag)
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		if err := checkName(m.Name); err != nil {
			return nil, fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
		}
	}
	return list, nil
}

// maxName is the longest name: a zip file counts names with two bytes.
const maxName = 1<<16 - 1 - len(suffix)

func checkName(name string) error {
	if name == "" || len(name) > maxName || !utf8.ValidString(name) {
		return fmt.Errorf("%.80q cannot be the name of an array", name)
	}
	return nil
}
