package parquet

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	pqfile "github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/spool"
)

// A file is one that is being decoded.
type file struct {
	ctx    context.Context
	input  *input
	budget *budget
	reader *pqfile.Reader
	arrow  *pqarrow.FileReader
	schema *arrow.Schema
	rows   int64

	hasDurations bool // in any column: see readAsIntegers
}

// withFile opens the file r reads, and closes it after use.
func (h Handler) withFile(ctx context.Context, r io.Reader, use func(*file) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	whole, done, err := spool.File(ctx, r, "parquet")
	if err != nil {
		return err
	}
	defer done()
	in := &input{ctx: ctx, file: whole}
	f := &file{ctx: ctx, input: in, budget: newBudget(h.MaxMemory, whole.Size())}
	if err := f.guard(f.open); err != nil {
		return err
	}
	return use(f)
}

// guard calls a function that uses arrow-go, which panics at some damage, and
// finds out what its errors are about. No callback of a user may run in it.
func (f *file) guard(part func() error) (err error) {
	defer func() {
		p := recover()
		switch known := errors.Is(err, artifacts.ErrTargetType) || errors.Is(err, artifacts.ErrNeedsType) || errors.Is(err, errors.ErrUnsupported); {
		case f.input.err != nil:
			err = f.input.err
		case f.budget.spent:
			err = fmt.Errorf("%w: the file takes more than %d bytes when decoded; if it is sound, raise the setting max_memory, or read it row by row", artifacts.ErrTooLarge, f.budget.max)
		case p != nil:
			err = fmt.Errorf("%w: %v", artifacts.ErrCorrupt, p)
		case err != nil && !known:
			err = fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
		}
	}()
	if err := f.ctx.Err(); err != nil {
		f.input.err = err
		return err
	}
	return part()
}

// wholeChunks is how large the columns may be, all of them in all row groups, to
// be read without buffers. Else one page is read at a time through a buffer for
// each column, which grows when a page's header makes no sense and is larger
// than all of a small file.
const wholeChunks = 1 << 18

func (f *file) open() error {
	if err := checkFooter(f.input); err != nil {
		return err
	}
	props := parquet.NewReaderProperties(f.budget)
	props.MaxUncompressedPageSize = f.budget.max // instead of sizes that sound files can have
	props.MaxCompressedPageSize = f.input.Size()
	props.BufferSize = 1 << 16
	section := io.NewSectionReader(f.input, 0, f.input.Size())
	var err error
	if f.reader, err = pqfile.NewParquetReader(section, pqfile.WithReadProps(props)); err != nil {
		return err
	}
	chunkBytes, err := checkMetadata(f.reader.MetaData(), f.input.Size())
	if err != nil {
		return err
	}
	props.BufferedStreamEnabled = chunkBytes > wholeChunks
	if err := checkArrowSchemas(f.reader.MetaData()); err != nil {
		return err
	}
	if f.arrow, err = pqarrow.NewFileReader(f.reader, pqarrow.ArrowReadProperties{BatchSize: batchRows}, f.budget); err != nil {
		return err
	}
	f.hasDurations = readAsIntegers(f.arrow.Manifest.Fields)
	f.rows = f.reader.NumRows()
	f.schema, err = f.arrow.Schema()
	return err
}

// eachRecord reads the columns that have the leaves given, all if nil, in
// batches that last until yield returns. It ends early when yield says so.
func (f *file) eachRecord(leaves []int, yield func(arrow.RecordBatch) (bool, error)) error {
	if len(f.schema.Fields()) == 0 || f.rows == 0 {
		return nil
	}
	var next func() (arrow.RecordBatch, error)
	err := f.guard(func() (err error) {
		next, err = f.start(leaves)
		return err
	})
	if err != nil {
		return err
	}
	read := int64(0)
	for {
		var record arrow.RecordBatch
		err := f.guard(func() (err error) {
			record, err = next()
			return err
		})
		if err != nil {
			return err
		}
		if record == nil {
			break
		}
		read += record.NumRows()
		goOn, err := yield(record)
		record.Release()
		if err != nil || !goOn {
			return err
		}
	}
	if read != f.rows {
		return fmt.Errorf("%w: %d rows, and the file says it has %d", artifacts.ErrCorrupt, read, f.rows)
	}
	return nil
}

// start returns a function that returns one record after the other, to be
// released, and nil at the end.
func (f *file) start(leaves []int) (func() (arrow.RecordBatch, error), error) {
	if leaves == nil {
		leaves = []int{}
		for i := range f.arrow.Manifest.Fields {
			leaves = appendLeaves(leaves, &f.arrow.Manifest.Fields[i])
		}
	}
	if err := checkReadable(f.reader.MetaData(), leaves); err != nil {
		return nil, err
	}
	columns, err := f.arrow.Manifest.GetFieldIndices(leaves)
	if err != nil {
		return nil, err
	}
	records, err := f.arrow.GetRecordReader(f.ctx, leaves, nil)
	if err != nil {
		return nil, err
	}
	return func() (arrow.RecordBatch, error) {
		if !records.Next() {
			return nil, records.Err()
		}
		record := records.RecordBatch()
		if f.hasDurations {
			return asDurations(record, f.schema, columns), nil
		}
		record.Retain()
		return record, nil
	}, nil
}

// input is the file as arrow-go sees it. It ends with the context, and
// remembers an error of the reader itself.
type input struct {
	ctx  context.Context
	file artifacts.File
	err  error
}

func (in *input) Size() int64 { return in.file.Size() }

func (in *input) ReadAt(p []byte, at int64) (int, error) {
	if err := in.ctx.Err(); err != nil {
		in.err = err
		return 0, err
	}
	n, err := in.file.ReadAt(p, at)
	if err != nil && err != io.EOF {
		in.err = err
	}
	return n, err
}
