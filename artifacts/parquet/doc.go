// Package parquet is the format "parquet": tables in Apache Parquet, as
// lazyscribe-arrow writes and reads them with pyarrow. Importing it registers
// the handler:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
//
// Files follow https://parquet.apache.org/docs/file-format/. They are written
// and read through github.com/apache/arrow-go, whose tables and records are
// values of this format too.
//
// # Values
//
// These can be encoded:
//
//   - a slice of structs or of pointers to structs: a column for each field
//   - a slice of maps with string keys: a column for each key, in sorted order
//   - [Columns]
//   - an [iter.Seq] or [iter.Seq2] (with errors second) of such structs or maps,
//     which is written in row groups and never held as a whole; the columns of
//     maps are those of the first 65,536 rows
//   - an [arrow.Table], [arrow.RecordBatch] or [array.RecordReader]
//
// Fields are named by the tag parquet, else by the tag json, else by
// themselves. After the name a tag may have options: dict (a dictionary type,
// for strings with few values), and for a time.Time one of date, s, ms, us
// (usual) and ns, and naive for a time without a zone.
//
//	type Row struct {
//		Run  string    `parquet:"run,dict"`
//		Loss *float64  `parquet:"loss"` // nil is null
//		At   time.Time `parquet:"at,ms"`
//	}
//
// Columns have the type of the Go value: every width of integer, float and
// bool as it is, string, []byte as binary, [N]byte as fixed-size binary,
// time.Time as timestamp in UTC, time.Duration as its number of nanoseconds
// (arrow-go writes no durations, but those of other writers are read), slices
// and arrays as lists, structs as structs, maps with string keys as maps. Digits of a time below the column's unit are cut off. All columns are
// nullable, as those pyarrow makes are: nil pointers, slices, maps and
// interfaces are null. In slices of maps the type is that of the values; a
// column of whole numbers and floats is one of floats, and nested
// map[string]any are structs.
//
// # Targets
//
// A target is a pointer to a slice of structs or of maps, to [Columns], to an
// [arrow.Table], or a *any, which gets a []map[string]any. [Rows] reads row by
// row, holding one batch at a time.
//
// A field takes a column of its name. Columns without a field are not read; a
// field without a column is an error unless it is a pointer, slice, map or
// interface. Numbers are converted where the value stays the same, and are
// [artifacts.ErrTargetType] where not, as is null in what has no nil.
//
// In an interface a value has the Go type it would be written from, but: a
// decimal is a *big.Rat, a time of day a time.Duration, a half float a float32,
// a struct a map[string]any, a list a slice of its elements' type, or []any if
// it has nulls. Times with a zone are in it, or in UTC if this machine does not
// know it; times without one are in UTC. Extension types, such as UUIDs, are
// what they are stored as.
//
// # What is not read
//
// All that pyarrow and polars write without being asked for more is read, in
// every encoding and codec of theirs, but for what is refused with
// [errors.ErrUnsupported]:
//
//   - encrypted files and columns
//   - columns compressed with LZO, or with LZ4 as Hadoop frames it
//   - bytes of fixed size, as decimals, UUIDs and half floats are stored, in the
//     encoding DELTA_BYTE_ARRAY
//   - integers of 128 bits
//   - columns whose values are in another file
//
// A struct without a field for a column that is refused reads the others; with
// integers of 128 bits, and where the footer is encrypted, nothing is read.
//
// # Aliasing, concurrency, errors
//
// As package artifacts says. What is decoded shares no memory with the file; an
// arrow.Table is in memory of the garbage collector and need not be released.
// A file that needs more memory than its limit, see [Handler], is
// [artifacts.ErrTooLarge]; a damaged one is [artifacts.ErrCorrupt].
package parquet
