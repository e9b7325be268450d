// Package artifacts turns values into files and back, one [Handler] per format.
//
// A [Registry] finds handlers by the short name ("alias") that manifests
// record. [Default] has json, text and gob; more are registered by their
// packages or by the program, often as a [Typed] made of two functions:
//
//	artifacts.Register(artifacts.Typed[Grid]{
//		Kind:  artifacts.Format{Alias: "grid", Suffix: "grid", Binary: true},
//		Write: writeGrid,
//		Read:  readGrid,
//	})
//
// The package also holds what the others share about artifacts: the metadata
// ([Artifact]), the options of logging and loading, and the sentinel errors.
//
// # Aliasing
//
// A handler neither keeps nor changes the values it encodes, and what it
// decodes shares no memory with anything else. Whoever logs a value may go on
// using it; it is encoded as it is at the time of the save, see
// [LogOptions].Now.
//
// # Concurrency
//
// Handlers and registries are safe for concurrent use. A handler is a value
// whose settings are fixed once it is handed out; settings are changed by
// making another one.
//
// # Errors
//
// Errors wrap the sentinels of this package where a caller can act on them.
// Handlers report what went wrong in the file or value, callers add which one.
package artifacts
