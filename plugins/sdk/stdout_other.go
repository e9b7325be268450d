//go:build !unix

package sdk

import "os"

// divertStdout returns the standard output as it is: there is no way to turn
// what other code has opened already. What Go code prints is diverted by
// go-plugin.
func divertStdout() (*os.File, error) { return os.Stdout, nil }
