// Package release names sets of repository versions: a release has a tag, a time
// and, of each artifact, one version. Releases are kept in a file releases.json
// beside the repository, which Python's lazyscribe reads and writes too.
//
//	r, err := release.Create(repo, "v1.2.0", time.Now())
//	list, err := release.Load(ctx, release.Beside(repo.URL()), nil)
//	err = list.Add(r)
//	err = list.Save(ctx)
//
// [Export] writes what a release names, and nothing else, as a repository of its
// own to be deployed.
//
// # Concurrency
//
// A [List] is safe for concurrent use, and any number of processes may save to
// one file on a local disk: what others added meanwhile is kept.
//
// # Errors
//
// They wrap the sentinels of packages artifacts and repository.
package release
