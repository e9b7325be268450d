// Package saving holds what saves of projects and of repositories have in
// common: writing the files of artifacts, several at once and none over another
// ([Group]); taking files back when a save came to nothing ([Remove]); and the
// errors of a save ([Incomplete], [Untouched]).
//
// The order of a save is its caller's: files first, then the manifest, and only
// then does anything count as saved.
package saving
