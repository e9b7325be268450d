// Package segment keeps new records beside a manifest, in files of their own, so
// that many writers can add at once without replacing one file in turns.
//
// A segment is a file in the folder <manifest>.d, named by a UUID of version 7,
// with the format of a manifest. It is written once and never changed. The whole
// of a project is its manifest and those records of its segments whose slugs the
// manifest lacks.
//
// Folding puts these records into the manifest; then the segments are retired:
// their records are noted in the folder <manifest>.d/folded and the files
// removed. A crash between the two leaves segments that add nothing. What is in
// folded tells, for a day, what a program that knows no segments dropped when it
// overwrote the manifest.
//
// # Order
//
// A reader lists the segments, reads them, and reads the manifest last: what has
// left the one by then is in the other. Whoever replaces the manifest lists the
// segments after it has read the text it is going to replace, so that nothing it
// adds was removed from that text before. A record may be removed from the
// manifest only when no segment holds it any more.
//
// # Trust
//
// Segments come from a folder others can write to. One that is not wholly a list
// of readable records is broken: it is left where it is and adds nothing. No
// error of one segment keeps the others from being read.
//
// A [Set] and a [Segment] do not change and may be shared. Errors are those of
// package store and wrap its sentinels.
package segment
