//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package dirblob

import "os"

// flock is not known here.
func flock(*os.File) (bool, error) { return false, ErrNoLocks }
