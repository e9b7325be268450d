// Package plugintest checks that a plugin keeps to the protocol and that its
// handlers keep the contract of [artifacts.Handler], seen from a program that
// uses them. It is what "lazyscribe plugin test" runs, and the test of a plugin
// written in Go is two calls, with the test's own binary as the plugin:
//
//	func TestMain(m *testing.M) { plugintest.Main(m, serve) }
//
//	func TestConformance(t *testing.T) {
//		plugintest.Run(t, plugintest.Sample{Alias: "lines", Value: []string{"a", "é", ""}})
//	}
//
// where serve is the plugin's call of sdk.Serve, which its main makes as well.
//
// Besides what [artifacttest] looks at there are streams that end too early or
// lie about their length, calls that are given up, damaged files, values that
// formats are tempted to change, memory, temporary files, signals, and the end
// of the host.
//
// The plugin runs with the rights of the caller. Functions may be called from
// several goroutines, each runs processes of its own and leaves none behind.
package plugintest
