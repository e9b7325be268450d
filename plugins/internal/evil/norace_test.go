//go:build !race

package evil

const every = 1 // all of the deeds are done
