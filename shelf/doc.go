// Package shelf keeps single values at URLs, each in the way its Go type is
// registered for:
//
//	shelf.MustRegister(shelf.Default(), shelf.FromTyped(artifacts.Typed[Model]{...}), nil)
//	shelf.Put(ctx, s, "s3://bucket/models/best.bin", model, nil)
//	model, err := shelf.Get[Model](ctx, s, "s3://bucket/models/best.bin", nil)
//
// A type is kept in one file, and then its URL is that file, for every other
// program too; or in several, and then its URL is the folder they are in. Beside
// it, in the hidden folder ".shelf", lies a manifest that says which codec wrote
// the files and what their sizes and SHA-256 are. What it says is compared with
// every file that is read whole. FORMAT.md, "Shelves", has the format.
//
// A single file that somebody else put there, without a manifest, can be got all
// the same; nothing is known to compare it with.
//
// # URLs
//
// A path, file://path, mem://name/path, and s3://, gs:// and azblob:// with
// parameters behind a '?' if the program imports the driver. What is looked for
// before anything is read or written is the type: whether it is registered is
// known without a storage.
//
// # When things go wrong
//
// A put that fails, is cancelled or killed leaves what was there before. A put of
// several files never touches those that are there: the manifest is replaced as
// the last step, in one, and the files it named are removed after that. For one
// file the digest is added to the manifest before the file is replaced, so that
// whichever of the two is there is known. Of several puts to one URL at once
// the last one wins; none of them, and no get, sees a mixture.
//
// A killed put may leave files that nobody names, in a folder whose name begins
// with "~", or in place if nothing was there before.
//
// # Aliasing
//
// A value is encoded before Put returns, and not kept. What Get returns shares
// no memory with anything else. A codec may be asked to write a value again.
//
// # Concurrency
//
// A [Shelf] and a [Registry] are safe for concurrent use, by goroutines and by
// processes.
//
// # Errors
//
// They say the operation and the URL without its parameters, which may be secret,
// and wrap the sentinels of package artifacts: ErrUnknownHandler for a type that
// is not registered, ErrNotFound where there is nothing, ErrCorrupt for files
// that are not what the manifest says, ErrTargetType for a value of another type.
package shelf
