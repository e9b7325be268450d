package parquet

import (
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// checkReadable refuses columns that are sound and that arrow-go cannot read:
// what it says when it meets one cannot be told from what it says of damage.
// Only the leaf columns that are to be read count.
func checkReadable(m *metadata.FileMetaData, leaves []int) error {
	for g := range m.NumRowGroups() {
		for _, i := range leaves {
			if err := checkEncoding(m, g, i); err != nil {
				return fmt.Errorf("%w: read column %q: %w", errors.ErrUnsupported, m.Schema.Column(i).Path(), err)
			}
		}
	}
	return nil
}

func checkEncoding(m *metadata.FileMetaData, group, i int) error {
	if encrypted(m, group, i) {
		return errors.New("it is encrypted; decrypt the file, or leave the column out")
	}
	c, err := m.RowGroup(group).ColumnChunk(i)
	if err != nil {
		return err
	}
	if c.FilePath() != "" {
		return fmt.Errorf("its values are in another file, %q; write all to one", c.FilePath())
	}
	if _, err := compress.GetCodec(c.Compression()); err != nil {
		return fmt.Errorf("it is compressed with %s (%[1]d); write the file with another codec, or leave the column out", c.Compression())
	}
	t := m.Schema.Column(i).PhysicalType()
	for _, e := range c.Encodings() {
		if !decodes(e, t) {
			return fmt.Errorf("its %s values have the encoding %s (%[2]d); write the file with another, or leave the column out", t, e)
		}
	}
	return nil
}

// encrypted reports whether a column has a key of its own, or that of the file
// while the metadata is not encrypted.
func encrypted(m *metadata.FileMetaData, group, i int) bool {
	return m.RowGroups[group].Columns[i].IsSetCryptoMetadata()
}

// decodes reports whether arrow-go has a decoder. The encodings are those of
// https://parquet.apache.org/docs/file-format/data-pages/encodings/, of which it
// lacks DELTA_BYTE_ARRAY for values of fixed size.
func decodes(e parquet.Encoding, t parquet.Type) bool {
	switch e {
	case parquet.Encodings.Plain, parquet.Encodings.RLE, parquet.Encodings.BitPacked: // levels have the latter two
		return true
	case parquet.Encodings.PlainDict, parquet.Encodings.RLEDict:
		return t != parquet.Types.Boolean
	case parquet.Encodings.DeltaBinaryPacked:
		return t == parquet.Types.Int32 || t == parquet.Types.Int64
	case parquet.Encodings.DeltaLengthByteArray, parquet.Encodings.DeltaByteArray:
		return t == parquet.Types.ByteArray
	case parquet.Encodings.ByteStreamSplit:
		return t != parquet.Types.Boolean && t != parquet.Types.ByteArray && t != parquet.Types.Int96
	}
	return false
}
