// Package dotted has a type for the tests of package archive, under a path whose
// last element has a dot: package reflect spells those in two ways.
package dotted

// A Code is an argument of generic types.
type Code string
