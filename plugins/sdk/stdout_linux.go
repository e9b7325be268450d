package sdk

import "golang.org/x/sys/unix"

// dupTo uses dup3, as not every Linux has dup2.
func dupTo(from, to int) error { return unix.Dup3(from, to, 0) }
