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
		switch known := errors.Is(err, artifacts.ErrTargetType) || errors.Is(err, artifacts.ErrNeedsType); {
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

func (f *file) open() error {
	if err := checkFooter(f.input); err != nil {
		return err
	}
	props := parquet.NewReaderProperties(f.budget)
	props.BufferedStreamEnabled = true // one page at a time
	props.BufferSize = 1 << 16
	section := io.NewSectionReader(f.input, 0, f.input.Size())
	var err error
	if f.reader, err = pqfile.NewParquetReader(section, pqfile.WithReadProps(props)); err != nil {
		return err
	}
	if err := checkMetadata(f.reader.MetaData(), f.input.Size()); err != nil {
		return err
	}
	if err := checkArrowSchemas(f.reader.MetaData()); err != nil {
		return err
	}
	if f.arrow, err = pqarrow.NewFileReader(f.reader, pqarrow.ArrowReadProperties{BatchSize: batchRows}, f.budget); err != nil {
		return err
	}
	f.rows = f.reader.NumRows()
	f.schema, err = f.arrow.Schema()
	return err
}

// eachRecord reads the columns, all if nil, in batches that last until yield
// returns. It ends early when yield says so.
func (f *file) eachRecord(columns []int, yield func(arrow.RecordBatch) (bool, error)) error {
	if len(f.schema.Fields()) == 0 || f.rows == 0 {
		return nil
	}
	var records pqarrow.RecordReader
	err := f.guard(func() (err error) {
		records, err = f.arrow.GetRecordReader(f.ctx, columns, nil)
		return err
	})
	if err != nil {
		return err
	}
	read := int64(0)
	for {
		var more bool
		err := f.guard(func() error {
			more = records.Next()
			return records.Err()
		})
		if err != nil {
			return err
		}
		if !more {
			break
		}
		read += records.RecordBatch().NumRows()
		if goOn, err := yield(records.RecordBatch()); err != nil || !goOn {
			return err
		}
	}
	if read != f.rows {
		return fmt.Errorf("%w: %d rows, and the file says it has %d", artifacts.ErrCorrupt, read, f.rows)
	}
	return nil
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
