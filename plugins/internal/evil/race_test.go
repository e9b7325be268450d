//go:build race

package evil

// every is which part of the deeds is done: with the race detector processes
// take many times as long to start, and what it looks at is the same for most.
const every = 4
