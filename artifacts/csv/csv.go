// Package csv is the format "csv" as lazyscribe-arrow has it: tables in the text
// that pyarrow.csv writes and reads. Import it to register its [Handler] with
// package artifacts:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/artifacts/csv"
//
// # Values
//
//   - []S, where S is a struct, with one column for each field;
//   - []map[string]T, with one column for each key, sorted;
//   - [][]string, whose first row is the header;
//   - map[string][]T and map[string]any of slices: columns, sorted by name;
//   - an [iter.Seq] of S or map[string]T, or an [iter.Seq2] of one of these and
//     an error, which is written row by row. It is used once, when it is logged,
//     and its columns are those of S, or of its first map.
//
// Rows may be pointers. Columns have the names of the "csv" tags of fields, or
// else of their "json" tags, or else their own. Cells are bools, numbers,
// strings, [time.Time] and types with a MarshalText method, and pointers and
// interfaces to them; nil is a null. A struct's tag may have the options s, ms,
// us or ns, how exactly times are written (us by default, and ns for a time that
// needs it), naive, without a zone, and date, without a time of day.
//
// # The text
//
// Every name of a column and every string is in double quotes, nothing else is,
// and a null is nothing at all. Lines end with "\n", times are in UTC, floats
// the shortest that read back as the same. Reading also takes what other
// programs write: cells without quotes, "\r\n" and "\r", a byte order mark.
// Blank lines are passed over, unless there is one column, where they are nulls.
//
// # Reading
//
// Targets are *[]S, *[]map[string]T, *[][]string, *map[string][]T and *any,
// which gets a []map[string]any. A file does not say of what type a column is,
// so a column without a type is of the first that all its cells are of: int64,
// bool, time.Time, float64, string, as pyarrow infers it. So whole floats come
// back as int64, and numbers in quotes as numbers. In columns of other than
// strings an empty cell, and what pyarrow takes for a null ("NA", "nan" and
// their like), are nil. In columns of strings only a cell with nothing at all
// is nil, where pyarrow has "".
//
// Columns that a struct has no field for are passed over; a field without a
// column is [artifacts.ErrTargetType] unless it is a pointer. A null is nil to a
// pointer, NaN to a float, "" to a string, and an error to anything else.
//
// [Rows] reads a file row by row.
//
// # Aliasing, concurrency, errors
//
// As package artifacts says. Damage is [artifacts.ErrCorrupt] with the line. A
// row longer than 64 MiB counts as damage, most likely it is a quote that nothing
// closes, and so does one of over 1,048,576 cells.
package csv

import (
	"context"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

func init() { artifacts.Register(Handler{}) }

// Handler is the handler of the format "csv". It has no settings.
type Handler struct{}

// Format returns alias and suffix "csv". It is called binary, as in Python's
// lazyscribe-arrow: the bytes are written as they are.
func (Handler) Format() artifacts.Format {
	return artifacts.Format{Alias: "csv", Suffix: "csv", Binary: true}
}

// SingleUse reports whether value is a sequence.
func (Handler) SingleUse(value any) bool {
	t := reflect.TypeOf(value)
	return t != nil && t.Kind() == reflect.Func
}

// Check refuses values that are no tables, by their types.
func (Handler) Check(value any) error {
	_, err := tableOf(reflect.ValueOf(value))
	return err
}

// Encode writes a table, a part at a time.
func (Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	table, err := tableOf(reflect.ValueOf(value))
	if err != nil {
		return err
	}
	out := &writer{w: ctxio.Writer(ctx, w)}
	if err := table(out); err != nil {
		return err
	}
	return out.flush()
}
