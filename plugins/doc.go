// Package plugins runs artifact handlers in other processes: programs the user
// trusts, written in any language. For a program that uses them, a line is all:
//
//	host, err := plugins.Register(artifacts.Default(), nil)
//	if err != nil { ... }
//	defer host.Close()
//
// A plugin is a binary called lazyscribe-plugin-NAME. It runs only if its user
// agreed to that, which the trust file records with the file's SHA-256
// ([Trust]), or if the program names it with its checksum ([Host.Use]). Nothing
// else is run, not even to find out what it is.
//
// Package sdk is for those who write plugins, plugintest for those who test
// them. PROTOCOL.md specifies what passes between a host and a plugin.
//
// # Processes
//
// Each plugin has one process, which is started when one of its handlers is first
// used and serves all calls. It sees few variables of the environment, prints
// into the log, and ends with this program in whatever way that ends. A process
// that crashes makes the calls fail that it was busy with; each one whose value
// can be read again is made once more, with a process to itself.
//
// # Aliasing
//
// As for all handlers: values are not kept after a call. Host and plugin share
// no memory. A decoded value goes into the target's own type and never through
// a less exact one.
//
// # Concurrency
//
// A [Host], its handlers, and a [Trust] are safe for concurrent use. Calls run
// side by side. Several programs may use one trust file.
//
// # Errors
//
// What a plugin does or says wrong is an [*Error]. It wraps the sentinels of
// package artifacts where the value, the settings or the file is at fault, and
// those of this package where it is the plugin. Errors of the caller's readers
// and writers, and of its context, come back as they are.
package plugins
