// Package file is the handler of the format "file": files and folders as they
// are, whatever is in them. A blank import registers it, and the handler of
// "bytes" with it:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/artifacts/file"
//
// # Values
//
// A [Path] names a file or a folder of this machine. It is read when the record
// is saved, and not kept in memory. An [io/fs.File], an [io.Reader], an
// [artifacts.Source] and a byte slice are what is in the file.
//
// The stored file has the suffix of the one named ("model.onnx", "logs.tar.gz");
// a folder has "tar", and what has no name has none. A suffix that is not made of
// letters, digits, "_" and "-" is left out.
//
// # Folders
//
// A folder is stored as a tar file with its contents in the order of their names
// and without times and owners; files can be run by everybody or by nobody. So
// two folders with the same contents are the same file. Links, devices and other
// special files are refused by name.
//
// # Targets
//
// [To] writes the file to a path and [Into] unpacks a folder: both put it into
// its place whole, after size and digest were checked. An [io.Writer] is written
// to as the file is read, also when an error turns up later; a pointer to a byte
// slice gets the bytes. A *any is [artifacts.ErrNeedsType]: a file may be larger
// than memory.
//
// A tar file is not to be trusted. Nothing is written outside of the folder, links
// are not made, no file is written twice, and what takes up more than its bytes in
// the tar file (sparse files) is refused. [artifacts.LoadOptions].MaxSize so limits
// what is unpacked.
//
// # Concurrency and errors
//
// Handlers are values without state; a [Target] is for one load at a time.
// [artifacts.ErrUnsafePath] are entries that are links or lead elsewhere,
// [artifacts.ErrCorrupt] those of a damaged tar file.
package file
