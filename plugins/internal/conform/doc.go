// Package conform checks that a plugin keeps to the protocol of
// plugins/PROTOCOL.md. It talks to the plugin by itself, not through the host,
// so that it can also do what a broken host would.
//
// A plugin runs in processes of this package's own, one for most checks and new
// ones for those that end it. [Run] returns when all of them have ended. Its
// results are for people; nothing else here is.
package conform
