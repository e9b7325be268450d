package parquet

import (
	"context"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// write writes a file. An error of w is returned as it is: what arrow-go makes
// of it, which may be a panic, is of no use.
func (h Handler) write(ctx context.Context, w io.Writer, src *source) (err error) {
	out := &firstError{w: ctxio.Writer(ctx, w)}
	defer func() {
		p := recover()
		switch {
		case out.err != nil:
			err = out.err
		case p != nil:
			err = fmt.Errorf("%w: %v", artifacts.ErrUnsupportedValue, p)
		}
	}()
	fw, err := pqarrow.NewFileWriter(src.schema, out, parquet.NewWriterProperties(
		parquet.WithCompression(codecs[h.compression()]),
		parquet.WithMaxRowGroupLength(int64(h.rowGroupSize())),
		parquet.WithVersion(parquet.V2_6),
		parquet.WithDataPageVersion(parquet.DataPageV1),
	), pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	}
	for batch, err := range src.batches {
		if err != nil {
			return err
		}
		err := ctx.Err()
		if err == nil {
			err = writeBatch(fw, batch)
		}
		batch.Release()
		if err != nil {
			return err
		}
	}
	return fw.Close()
}

func writeBatch(fw *pqarrow.FileWriter, batch arrow.RecordBatch) error {
	if batch.NumCols() == 0 || batch.NumRows() == 0 {
		return nil
	}
	if err := fw.WriteBuffered(batch); err != nil {
		return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	}
	return nil
}

// firstError remembers the writer's error, which arrow-go's own does not always
// wrap.
type firstError struct {
	w   io.Writer
	err error
}

func (f *firstError) Write(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	f.err = err
	return n, err
}
