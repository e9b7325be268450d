// Package repository keeps versions of artifacts in one manifest, a JSON file
// that Python's lazyscribe reads and writes too, with their values in files
// beside it.
//
//	repo, err := repository.Open(ctx, "models/repository.json", nil)
//	...
//	_, err = repo.LogArtifact("model", weights, "json", &artifacts.LogOptions{TTL: 30 * 24 * time.Hour})
//	err = repo.Save(ctx)
//	err = repo.LoadArtifact(ctx, "model", &weights, nil) // the latest that has not expired
//
// Each value logged under a name is a new version of it, numbered from 0. A
// version is found by [Latest], [Number], [At] or [AsOf]; it may have an expiry,
// which the first and the last of these honour. Nothing replaces or removes a
// version; [Repository.Purge] deletes the files of expired ones on request.
//
// Nothing touches storage before [Repository.Save]. A save writes files first
// and the manifest last, in one atomic step, and never loses what somebody else
// saved meanwhile: a number that is taken by then gives way to the next free one.
//
// An entry of the manifest that cannot be read is set aside in
// [Repository.Problems], and kept; one nobody changes goes back into the file as
// the bytes it was.
//
// # Aliasing
//
// Metadata that is handed out is the caller's. A logged value is kept by
// reference and encoded when it is saved, unless [artifacts.LogOptions].Now says
// otherwise.
//
// # Concurrency
//
// A Repository is safe for concurrent use. Any number of processes may save to
// one manifest on a local disk.
//
// # Errors
//
// They wrap the sentinels of package artifacts and of this one, and say the
// operation and its subject. What was looked for in vain is a [*VersionError].
package repository
