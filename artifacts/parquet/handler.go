package parquet

import (
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet/compress"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func init() { artifacts.Register(Handler{}) }

// Handler is the handler of the format "parquet". The zero value writes what
// pyarrow.parquet.write_table does without arguments: version 2.6, snappy,
// dictionaries, the Arrow schema in the metadata.
type Handler struct {
	// Compression is "snappy" (also if empty), "zstd", "gzip" or "none".
	Compression string

	// RowGroupSize is the largest number of rows in a row group; 0 is 1,048,576,
	// as in pyarrow.
	RowGroupSize int

	// MaxMemory is the number of bytes a file may take when it is decoded, which
	// is what protects from small files that say they are large. 0 is 256 MiB
	// and 64 times the size of the file. [Rows] counts one batch at a time.
	MaxMemory int64
}

const (
	defaultRowGroupSize = 1 << 20
	defaultCompression  = "snappy"
)

var codecs = map[string]compress.Compression{
	defaultCompression: compress.Codecs.Snappy,
	"zstd":             compress.Codecs.Zstd,
	"gzip":             compress.Codecs.Gzip,
	"none":             compress.Codecs.Uncompressed,
}

// Format returns alias and suffix "parquet", binary.
func (Handler) Format() artifacts.Format {
	return artifacts.Format{Alias: "parquet", Suffix: "parquet", Binary: true}
}

// Configure takes compression, row_group_size and max_memory.
func (h Handler) Configure(settings map[string]any) (artifacts.Handler, error) {
	s := artifacts.ReadSettings(settings)
	h.Compression = s.Text("compression", h.Compression)
	h.RowGroupSize = s.Int("row_group_size", h.RowGroupSize)
	h.MaxMemory = int64(s.Int("max_memory", int(h.MaxMemory)))
	if err := s.Err(); err != nil {
		return nil, err
	}
	if err := h.validate(); err != nil {
		return nil, err
	}
	return h, nil
}

func (h Handler) validate() error {
	if _, known := codecs[h.compression()]; !known {
		return fmt.Errorf("parquet compression %q is unknown, want %s", h.Compression, strings.Join(slices.Sorted(maps.Keys(codecs)), ", "))
	}
	if h.RowGroupSize < 0 {
		return fmt.Errorf("parquet row_group_size is %d, want 1 or more, or 0 for %d", h.RowGroupSize, defaultRowGroupSize)
	}
	if h.MaxMemory < 0 {
		return fmt.Errorf("parquet max_memory is %d, want a number of bytes, or 0 for the usual limit", h.MaxMemory)
	}
	return nil
}

func (h Handler) compression() string {
	if h.Compression == "" {
		return defaultCompression
	}
	return h.Compression
}

func (h Handler) rowGroupSize() int {
	if h.RowGroupSize == 0 {
		return defaultRowGroupSize
	}
	return h.RowGroupSize
}

// Check refuses values that are not tables, and types without a column type.
// It does not look at rows whose types leave no doubt.
func (h Handler) Check(value any) error {
	if err := h.validate(); err != nil {
		return err
	}
	if h.SingleUse(value) {
		if v := reflect.ValueOf(value); v.Kind() == reflect.Func {
			return checkRowType(sequenceOf(v.Type()))
		}
		return nil
	}
	_, err := newSource(value, h.rowGroupSize())
	return err
}

// SingleUse reports whether value is an iterator or a reader of records.
func (Handler) SingleUse(value any) bool {
	if _, ok := value.(array.RecordReader); ok {
		return true
	}
	t := reflect.TypeOf(value)
	return t != nil && sequenceOf(t) != nil
}

// Encode writes value as one file, a row group at a time.
func (h Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := h.validate(); err != nil {
		return err
	}
	src, err := newSource(value, h.rowGroupSize())
	if err != nil {
		return err
	}
	return h.write(ctx, w, src)
}

// Decode reads a file into target. A reader that is no [artifacts.File] is
// copied first: to memory if it is small, else to a temporary file that is
// removed before Decode returns.
func (h Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	dst := reflect.ValueOf(target).Elem()
	if err := checkTargetType(dst.Type()); err != nil {
		return err
	}
	if err := h.validate(); err != nil {
		return err
	}
	return h.withFile(ctx, r, func(f *file) error { return f.decode(dst) })
}

// Rows reads the rows of a file one after the other into values of T, a struct
// or a map as a slice of them could be decoded into. Memory is that of one
// batch of at most 65,536 rows. The sequence ends at the first error. r may be
// any reader, see [Handler.Decode]; it is not closed.
func Rows[T any](ctx context.Context, r io.Reader) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		t := reflect.TypeFor[T]()
		err := checkRowTarget(t)
		if err == nil {
			err = Handler{}.withFile(ctx, r, func(f *file) error {
				return f.eachBatch(t, func(rows reflect.Value) bool {
					for _, row := range rows.Interface().([]T) {
						if !yield(row, nil) {
							return false
						}
					}
					return true
				})
			})
		}
		if err != nil {
			var zero T
			yield(zero, err)
		}
	}
}
