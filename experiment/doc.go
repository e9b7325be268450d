// Package experiment is one run of something worth comparing with other runs:
// its metrics, parameters, tags, tests and artifacts.
//
// An [Experiment] is a record that was made or read. It never changes, and may
// be shared and read by many goroutines. A [Draft] is what a run writes into,
// safe for concurrent use too; package project hands out drafts and turns them
// into experiments.
//
// # Aliasing
//
// Metrics and parameters are taken when they are logged: a map that is changed
// afterwards changes nothing here. An artifact's value is kept by reference and
// encoded when the project is saved, as it is then, unless
// [artifacts.LogOptions].Now asks for its present state.
//
// # Errors
//
// They wrap the sentinels of package artifacts.
package experiment
