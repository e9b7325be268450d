// Package cli is the command line of lazyscribe.
//
// [Run] is the whole program: it takes what a process has and returns its exit
// code, so that a test needs no process. Each command is a file of its own,
// named like it; what they share is in the others.
//
// Results go to standard output, everything else to standard error. An error is
// one line, "lazyscribe: operation subject: cause", perhaps followed by a line
// "hint: ..." with the next step; exit.go says which error is which exit code.
//
// There is no global state: several runs in one process do not meet.
package cli
