package parquet

import (
	"fmt"

	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// maxFixedWidth is the largest fixed-size value that is read. Room for many is
// made before the first is seen.
const maxFixedWidth = 1 << 16

// checkMetadata refuses what cannot be true of a file of that size.
func checkMetadata(m *metadata.FileMetaData, size int64) error {
	for i := range m.Schema.NumColumns() {
		if c := m.Schema.Column(i); c.TypeLength() > maxFixedWidth {
			return fmt.Errorf("column %q has values of %d bytes, more than %d", c.Path(), c.TypeLength(), maxFixedWidth)
		}
	}
	rows := int64(0)
	for g := range m.NumRowGroups() {
		group := m.RowGroup(g)
		if group.NumColumns() != m.Schema.NumColumns() {
			return fmt.Errorf("row group %d has %d columns, the schema %d", g, group.NumColumns(), m.Schema.NumColumns())
		}
		if n := group.NumRows(); n < 0 || n > m.NumRows-rows {
			return fmt.Errorf("row group %d has %d rows, the file %d", g, n, m.NumRows)
		}
		rows += group.NumRows()
		for i := range group.NumColumns() {
			if encrypted(m, g, i) {
				continue // its metadata may be as well; checkReadable refuses it
			}
			if err := checkChunk(group, i, size); err != nil {
				return fmt.Errorf("row group %d: column %d: %w", g, i, err)
			}
		}
	}
	if rows != m.NumRows {
		return fmt.Errorf("the row groups have %d rows, the file %d", rows, m.NumRows)
	}
	return nil
}

func checkChunk(group *metadata.RowGroupMetaData, i int, size int64) error {
	c, err := group.ColumnChunk(i)
	if err != nil {
		return err
	}
	start := c.DataPageOffset()
	if c.HasDictionaryPage() && c.DictionaryPageOffset() > 0 {
		start = min(start, c.DictionaryPageOffset())
	}
	if length := c.TotalCompressedSize(); start < 0 || length < 0 || start > size || length > size-start {
		return fmt.Errorf("%d bytes at %d are outside of the file", length, start)
	}
	if c.NumValues() < 0 {
		return fmt.Errorf("it has %d values", c.NumValues())
	}
	return nil
}
