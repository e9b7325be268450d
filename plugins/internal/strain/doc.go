// Package strain tests plugins that do as they should when much is asked of
// them: hosts that end in all ways, large artifacts, many goroutines, all kinds of
// values. It has no code of its own.
//
// The tests run one plugin made of the test binary, and one in Python, which
// needs plugins/python in the interpreter that LAZYSCRIBE_PYTHON names; without it
// its tests skip, with LAZYSCRIBE_INTEROP=1 they fail. With LAZYSCRIBE_LONG=1
// artifacts are as large as 1 GiB.
package strain
