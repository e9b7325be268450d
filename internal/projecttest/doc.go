// Package projecttest has tests of projects that many work on at once. They take
// the URL of a manifest that is not there yet, so that the same tests run over
// every kind of storage.
package projecttest
