//go:build !unix

package dirblob

import "errors"

func mkfifo(string) error { return errors.ErrUnsupported }
