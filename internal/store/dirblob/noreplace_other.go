//go:build !linux

package dirblob

import (
	"errors"
	"os"
)

// renameNoReplace is not known here.
func renameNoReplace(*os.Root, string, string) error { return errors.ErrUnsupported }
