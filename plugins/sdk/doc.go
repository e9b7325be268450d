// Package sdk makes a program a plugin: artifact handlers that lazyscribe runs
// in a process of their own. A whole plugin is
//
//	func main() {
//		sdk.Serve("lines", "1.0.0", sdk.Typed[[]string, struct{}]{
//			Kind:  artifacts.Format{Alias: "lines", Suffix: "txt"},
//			Write: writeLines,
//			Read:  readLines,
//		})
//	}
//
// built as lazyscribe-plugin-lines and accepted by its user with "lazyscribe
// plugin trust lines".
//
// What is served is an [artifacts.Handler], as it works inside of a program too,
// and its optional interfaces count here as there: [artifacts.Configurable] for
// settings, [artifacts.EnvironmentReporter] for what is recorded with each
// artifact (asked with a nil value, when the plugin is described). [Describer]
// adds what only a plugin needs.
//
// # Values
//
// Values arrive in the type that the handler names by [artifacts.ValueTyper],
// as [Typed] and [artifacts.Typed] do, decoded by the rules of encoding/json
// with more types than JSON has. A handler that names none gets nil, bool,
// int64, *big.Int, float64, string, []byte, time.Time, []any, map[string]any,
// and map[any]any where keys are no text. Three types never are in memory as a
// whole:
//
//   - [io.Reader] is the bytes as they come, in both directions,
//   - iter.Seq2[T, error] is a list whose elements come one by one,
//   - []byte is in memory, but not decoded.
//
// # Aliasing
//
// A handler owns the values it gets. Readers and sequences end with the call
// they were passed to.
//
// # Concurrency
//
// The methods of a handler are called from many goroutines at once.
//
// # Errors
//
// [BadValue], [BadFile] and [BadSettings], and errors that wrap the sentinels of
// package artifacts, reach the user as what they are. Any other error counts as
// a failure of the plugin. A panic is one too, and ends the call and not the
// process.
package sdk
