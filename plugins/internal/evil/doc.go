// Package evil tests what harm a plugin can do that does not do as it should: at
// its start, while it writes a file, while it reads one. It has no code of its
// own. The plugin of the tests is a process, made of the test binary and written
// without the SDK, whose deed is named in a file; projects are saved and loaded
// with it.
package evil
