package artifacts

// A Progress says how far an operation on a project or a repository is. It is
// told to the Progress function of their options, once when the work begins, a
// few times a second while it goes on, and once at its end. Calls do not
// overlap, but may come from any goroutine; the work waits for them, so they
// should be short, and must not use the project or repository.
type Progress struct {
	Operation  string // "save", "check", "rehash", "gc", "copy" or "export"
	Files      int    // done with, those included that needed no work
	TotalFiles int    // 0 while it is not known
	Bytes      int64  // done with; what has to be done again counts again
	TotalBytes int64  // 0 while it is not known: what encoders will write is not
	Done       bool   // the operation has ended, well or not
}
