// Package project keeps experiments in one manifest, a JSON file that Python's
// lazyscribe reads and writes too, with artifacts in files beside it.
//
// Nothing touches storage before [Project.Save]: a run that fails leaves nothing
// behind. A save writes artifact files first and the manifest last, in one atomic
// step, and never loses what somebody else saved meanwhile: it joins both.
//
// Opening reads the manifest and finds where each record begins and what it is
// called. The rest of a record is decoded when it is asked for; a record nobody
// changes goes back into the file as the bytes it was. A record that cannot be
// read is set aside in [Project.Problems], and kept.
//
// # Concurrency
//
// A Project is safe for concurrent use. Functions passed to it run without any
// of its locks held, but for one: two edits of one experiment wait for one
// another. Any number of processes may save to one manifest on a local disk;
// each save locks, reads what is there, adds its own and replaces the file.
//
// # Errors
//
// They wrap the sentinels of package artifacts and say the operation and its
// subject; where a caller needs more there is [*ConflictError], [*ArtifactError]
// and, for a manifest that is not JSON, [*SyntaxError].
package project
