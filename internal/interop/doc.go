// Package interop tests that Go and Python's lazyscribe 2.2.1 can work on one
// project or repository, in turns. It has no code of its own.
//
// The tests run the scripts of testdata in the interpreter that
// LAZYSCRIBE_PYTHON names. It needs two packages:
//
//	pip install lazyscribe==2.2.1 './python[all]'
//
// Without them the tests skip and say why; with LAZYSCRIBE_INTEROP=1 they fail.
//
// Both sides describe a project in one neutral form, [record] in the tests, in
// which numbers are tagged with their kind and stand as their exact value, so
// that no JSON library between them can make two values look the same.
package interop
