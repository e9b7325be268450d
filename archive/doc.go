// Package archive writes graphs of Go values as Go source text.
package archive
