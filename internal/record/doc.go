// Package record holds one experiment as the manifest has it: a [Record] is the
// text of one entry, decoded piece by piece when it is asked for, and a [Body]
// is the same thing taken apart, to be changed and written again.
//
// A record that nobody changes is never decoded and goes back into the file as
// the bytes it was. That is what keeps a project of 100,000 experiments cheap,
// and what keeps things this version does not know about.
//
// Records are immutable. A body belongs to whoever made it until a record is
// made of it, and is not changed from then on; the one thing that still moves
// is an [Artifact], which settles when its file is saved.
//
// The package is the inner side of packages experiment and project, which show
// it to users.
package record
