package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	magic          = "PAR1"
	encryptedMagic = "PARE"
	tailSize       = 8 // the footer's length and the magic
)

// checkFooter goes once through the metadata at the end of a file, which is a
// FileMetaData in Thrift's compact protocol, before arrow-go makes values of it:
// no list may be longer than the bytes there are, and the schema no deeper than
// maxDepth, as it is turned into a tree by recursion.
func checkFooter(f *input) error {
	size := f.Size()
	if size < int64(len(magic)+tailSize) {
		return fmt.Errorf("%d bytes are too few for a Parquet file", size)
	}
	tail := make([]byte, tailSize)
	if _, err := io.ReadFull(io.NewSectionReader(f, size-tailSize, tailSize), tail); err != nil {
		return err
	}
	switch string(tail[4:]) {
	case magic:
	case encryptedMagic:
		return fmt.Errorf("%w: read an encrypted file; decrypt it first", errors.ErrUnsupported)
	default:
		return errors.New("not a Parquet file, or a part of one: it does not end with PAR1")
	}
	length := int64(binary.LittleEndian.Uint32(tail))
	if length > size-tailSize-int64(len(magic)) {
		return fmt.Errorf("the metadata is said to have %d bytes, the file has %d", length, size)
	}
	footer := make([]byte, length)
	if _, err := io.ReadFull(io.NewSectionReader(f, size-tailSize-length, length), footer); err != nil {
		return err
	}
	t := thrift{rest: footer}
	var tree schemaTree
	err := t.fields(0, func(id int64, typ byte) error {
		if id == schemaField && typ == thriftList {
			return t.list(0, func(typ byte) error { return t.schemaElement(typ, &tree) })
		}
		return t.skip(typ, 0)
	})
	if err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	return nil
}

// Numbers of fields in parquet.thrift: FileMetaData.schema and
// SchemaElement.num_children.
const (
	schemaField   = 2
	childrenField = 5
)

// schemaElement reads one element of the schema, a list of nodes in which a
// node's children follow it.
func (t *thrift) schemaElement(typ byte, tree *schemaTree) error {
	if typ != thriftStruct {
		return errThrift
	}
	children := int64(0)
	err := t.fields(1, func(id int64, typ byte) error {
		if id == childrenField && typ == thriftI32 {
			n, err := t.varint()
			children = int64(n>>1) ^ -int64(n&1) // zigzag
			return err
		}
		return t.skip(typ, 1)
	})
	if err != nil {
		return err
	}
	return tree.add(children)
}

// A schemaTree has the number of children that are still to come on each level
// of the node last added.
type schemaTree []int64

func (s *schemaTree) add(children int64) error {
	for len(*s) > 0 && (*s)[len(*s)-1] == 0 {
		*s = (*s)[:len(*s)-1]
	}
	if len(*s) > 0 {
		(*s)[len(*s)-1]--
	}
	if children <= 0 {
		return nil
	}
	// A list or map of Arrow takes two levels more in Parquet.
	if *s = append(*s, children); len(*s) > 3*maxDepth {
		return fmt.Errorf("columns are nested more than %d levels deep", maxDepth)
	}
	return nil
}
