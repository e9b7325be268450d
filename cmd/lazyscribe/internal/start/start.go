// Package start makes the command start sooner. The packages it is built from
// allocate some megabytes before main runs, for which the collector would have its
// first cycles although next to nothing of it is garbage. So it waits until main
// calls [Done].
//
// Packages are initialised in the order of their import paths as soon as those
// they import are. This one imports next to nothing, and so comes before most of
// those that allocate.
package start

import "runtime/debug"

var percent = debug.SetGCPercent(-1)

// Done lets the collector work as the environment says.
func Done() { debug.SetGCPercent(percent) }
