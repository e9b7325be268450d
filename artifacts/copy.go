package artifacts

// CopyOptions are the choices of a copy of a project or a repository to another
// storage. Nil means all defaults.
type CopyOptions struct {
	// Merge goes on where the destination has entries that the source lacks, or
	// newer ones. They are kept.
	Merge bool

	// SkipReadBack believes that the destination's storage keeps what was
	// written to it. Else each new file is read back and compared.
	SkipReadBack bool
}

// A CopyReport says what a copy did. Its entries are experiments or versions.
type CopyReport struct {
	Added   int // entries the destination did not have
	Updated int // those it had older, or without digests
	Equal   int
	Kept    int // those the source lacks, or has older

	Files int   // that were copied
	Bytes int64 // of these
	There int   // files that were there already

	// Failed says what could not be copied: which file, and why, or which entry
	// cannot be read, so that nobody knows its files.
	Failed []error
}
