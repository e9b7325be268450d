package parquet

import (
	"fmt"

	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// maxFixedWidth is the largest fixed-size value that is read. Room for many is
// made before the first is seen.
const maxFixedWidth = 1 << 16

// checkMetadata refuses what cannot be true of a file of that size. It returns
// the number of bytes that the columns of all row groups have together, which is
// more than the file has where they overlap.
func checkMetadata(m *metadata.FileMetaData, size int64) (total int64, err error) {
	for i := range m.Schema.NumColumns() {
		if c := m.Schema.Column(i); c.TypeLength() > maxFixedWidth {
			return 0, fmt.Errorf("column %q has values of %d bytes, more than %d", c.Path(), c.TypeLength(), maxFixedWidth)
		}
	}
	rows := int64(0)
	for g := range m.NumRowGroups() {
		group := m.RowGroup(g)
		if group.NumColumns() != m.Schema.NumColumns() {
			return 0, fmt.Errorf("row group %d has %d columns, the schema %d", g, group.NumColumns(), m.Schema.NumColumns())
		}
		if n := group.NumRows(); n < 0 || n > m.NumRows-rows {
			return 0, fmt.Errorf("row group %d has %d rows, the file %d", g, n, m.NumRows)
		}
		rows += group.NumRows()
		for i := range group.NumColumns() {
			if encrypted(m, g, i) {
				continue // its metadata may be as well; checkReadable refuses it
			}
			length, err := checkChunk(group, i, size)
			if err != nil {
				return 0, fmt.Errorf("row group %d: column %d: %w", g, i, err)
			}
			total += length
		}
	}
	if rows != m.NumRows {
		return 0, fmt.Errorf("the row groups have %d rows, the file %d", rows, m.NumRows)
	}
	return total, nil
}

// checkChunk returns the number of bytes of a column in a row group.
func checkChunk(group *metadata.RowGroupMetaData, i int, size int64) (int64, error) {
	c, err := group.ColumnChunk(i)
	if err != nil {
		return 0, err
	}
	start := c.DataPageOffset()
	if c.HasDictionaryPage() && c.DictionaryPageOffset() > 0 {
		start = min(start, c.DictionaryPageOffset())
	}
	length := c.TotalCompressedSize()
	if start < 0 || length < 0 || start > size || length > size-start {
		return 0, fmt.Errorf("%d bytes at %d are outside of the file", length, start)
	}
	if c.NumValues() < 0 {
		return 0, fmt.Errorf("it has %d values", c.NumValues())
	}
	return length, nil
}
