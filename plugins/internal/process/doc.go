// Package process runs the processes of plugins and carries calls to them.
//
// A [Supervisor] looks after one binary. It starts a process at the first call,
// lets calls share it, stops it when it was idle, and starts another one when it
// has crashed. A [Call] is one stream of the protocol (plugins/PROTOCOL.md):
// bytes go up and other bytes come down at the same time, so memory does not
// grow with what is carried.
//
// What values and files mean is not known here; package plugins does.
//
// # What becomes of a process
//
// A process has its own process group, which is killed with it, so that what it
// started ends too. Its standard input is a pipe nobody writes to: it ends when
// this program does, in whatever way, and a plugin exits then. Processes see a
// few variables of the environment only, and work in a folder that nobody else
// can enter. What they print goes to the log.
//
// # Concurrency
//
// A Supervisor is safe for concurrent use. The functions of a Call are called
// from two goroutines, one for each direction.
//
// # Errors
//
// A [*Fault] is the plugin's fault and wraps one of the sentinels or is what the
// plugin itself said about the value or file ([*Refusal]). Errors of the caller's
// own functions come back as they are, as does the error of a context.
package process
