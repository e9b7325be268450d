// Package rescue keeps the values of artifacts that could not be encoded through
// no fault of their own, so that they outlive the program: an
// [artifacts.Rescuer] spells them, and today's or tomorrow's handler can make the
// file of them. FORMAT.md describes the files.
//
// A file has a UUID for its name, below the manifest's own folder, where no
// artifact can be. It is made after the save that left the artifact out, when
// the names in it are final, and removed after one that has it. Whatever is
// interrupted in between leaves a file that is complete, or none, or one too
// many, which says of itself what it is.
//
// Nothing that is read from a file is trusted: its names are checked where they
// are used, as those of manifests are.
//
// A [Folder] is as safe for concurrent use as its store, a [Ledger] is too.
package rescue
