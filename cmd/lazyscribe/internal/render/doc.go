// Package render writes results for people and for programs: aligned tables,
// CSV, JSON and JSON Lines.
//
// What a table shows comes from files anybody may have written, so characters
// that could drive a terminal are shown as escapes. CSV and JSON have rules of
// their own and carry the text as it is.
//
// Nothing is kept between calls; a Table is for one goroutine. Errors are those
// of the writer, and of values that have no JSON.
package render
