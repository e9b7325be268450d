// Package preview finds out what there is to be said about a file whose value
// would be too much, or nothing, to print: a table, an array, a picture, bytes.
//
// A preview takes little memory whatever the size of the file. [Handler] returns
// it in the form of a handler, so that loading an artifact with it compares size
// and digest of the file as loading its value does.
//
// Handlers are values without state; a [Preview] is its owner's. Errors are those
// of the formats.
package preview
