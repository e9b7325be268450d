// Package dataset keeps values under keys in a folder, on the local disk or in a
// bucket: they are read one at a time when they are asked for, written at once, and
// safely so by any number of processes.
//
//	ds, err := dataset.Open(ctx, "data", &dataset.Options{Mode: dataset.ReadWrite})
//	err = ds.Put(ctx, "x", matrix, &dataset.PutOptions{Info: "from run 7"})
//	x, err := dataset.Get[[][]float64](ctx, ds, "x")
//
// A value is what package archive can hold, sharing within it included; numbers
// that are many go to files of their own, which numpy and h5py read and of which
// [Rows] reads a part. [DataSet.PutAs] uses another handler. Besides a value a key
// has information, which is read without it.
//
// # Writing
//
// All that is known of a key is in one record, which is replaced by
// compare-and-swap. Files of values never change: another content has another name,
// and the old files stay until [DataSet.GC] removes them. So a write has happened,
// as a whole, or it has not, whenever a process is killed; and readers, who take no
// lock and wait for nobody, see the value before it or after it. [Update] loses no
// change of others. [DataSet.Lock] is for those who want to spare work, nothing
// depends on it.
//
// The storage must be able to keep writers apart: the local disk does (on network
// file systems as far as they have locks), so do S3, Google Cloud Storage and
// Azure. Servers that speak S3's protocol and ignore conditions are found out at the
// first write and refused, unless [Options].SingleWriter promises that there is one
// writer. FORMAT.md specifies the files.
//
// # Go packages
//
// On the local disk the folder is a Go package too: its variable Info has what is
// known of the keys, and for key x it has the function X, which loads the value when
// it is first called. It needs the standard library and the packages of the values'
// types. It is made after the records and may be behind them when a writer dies;
// opening the dataset for writing makes up for that. [DataSet.ExportGo] writes such
// a package from any dataset.
//
// # Aliasing and concurrency
//
// What is read shares no memory with anything, what is written is not kept. A
// [DataSet] is safe for concurrent use.
//
// # Errors
//
// Errors name the key and wrap the sentinels of package artifacts and those of this
// package. Nothing that is read from a record is trusted: what names a file outside
// of the key's folder, or has another digest than its file, is
// [artifacts.ErrCorrupt] and never read as a value.
package dataset
