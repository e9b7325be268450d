package repository_test

import "os"

// pick returns the number of repetitions: the second one in a long run.
func pick(short, full int) int {
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		return full
	}
	return short
}
