//go:build !windows

package dirblob

import "os"

// rename replaces to by from.
func rename(root *os.Root, from, to string) error { return root.Rename(from, to) }
