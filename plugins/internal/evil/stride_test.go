package evil

import "os"

// every is which part of the deeds is done. All of them take most of a minute,
// many being processes that are waited for; CI does them all in a step of its
// own, where Python reads what was saved.
var every = func() int {
	if os.Getenv("LAZYSCRIBE_INTEROP") == "1" || os.Getenv("LAZYSCRIBE_LONG") == "1" {
		return 1
	}
	return 4
}()
