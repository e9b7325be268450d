// Package query picks, orders and reads experiments by the names their fields
// have in manifests: a [Filter] is an expression, a [Key] is a path to one
// value, an [Order] sorts by a key.
//
// The three decode only those parts of a record they use, which is what makes
// listing a large project cheap.
//
// A value that is missing is not an error anywhere: a comparison with it is
// neither true nor false, and in an order it comes last.
//
// Keys and orders are plain values. A Filter is for one goroutine.
package query
