package parquet

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// schemaKey is where writers put the table's schema as Arrow has it.
const schemaKey = "ARROW:schema"

var errArrowSchema = errors.New("the Arrow schema in the metadata is damaged")

// checkArrowSchemas looks at Arrow schemas before arrow-go reads them, which
// makes room for as many bytes as they say follow.
func checkArrowSchemas(m *metadata.FileMetaData) error {
	pairs := m.KeyValueMetadata()
	for i, key := range pairs.Keys() {
		if key != schemaKey {
			continue
		}
		message, err := base64.StdEncoding.DecodeString(pairs.Values()[i])
		if err != nil {
			return errArrowSchema
		}
		if err := checkMessage(message); err != nil {
			return err
		}
	}
	return nil
}

// Numbers of fields in the tables of Arrow's Message.fbs and Schema.fbs.
const (
	messageHeader   = 2
	messageBody     = 3 // the length of it
	schemaFields    = 1
	schemaMetadata  = 2
	fieldTypeTag    = 2 // which of the types
	fieldType       = 3
	fieldChildren   = 5
	fieldMetadata   = 6
	intBitWidth     = 0
	typeTagInt      = 2
	minimumNodeSize = 8 // of a table of a field with its place in a vector
)

// checkMessage checks the sizes in an encapsulated message that holds a schema:
// of its metadata, which is a FlatBuffer, of the body after it, which a schema
// does not have, and of all vectors. Columns may share tables in a FlatBuffer,
// so that it can hold more of them than it has room for; that is refused too.
// See https://arrow.apache.org/docs/format/Columnar.html.
func checkMessage(b []byte) error {
	const continuation = 0xFFFFFFFF // missing before version 0.15
	if len(b) >= 4 && binary.LittleEndian.Uint32(b) == continuation {
		b = b[4:]
	}
	f := &flatBuffer{b: b}
	length := f.uint32(0)
	if f.bad || int64(length) > int64(len(b)-4) {
		return errArrowSchema
	}
	f.b = b[4 : 4+int64(length)]
	f.nodes = len(f.b) / minimumNodeSize
	message := f.follow(0)
	if body := f.field(message, messageBody); body != 0 && (f.uint32(body) != 0 || f.uint32(body+4) != 0) {
		return errArrowSchema
	}
	if at := f.field(message, messageHeader); at != 0 {
		schema := f.follow(at)
		f.vector(schema, schemaMetadata)
		f.columns(schema, schemaFields, 0)
	}
	switch {
	case f.bad:
		return errArrowSchema
	case f.wide:
		return fmt.Errorf("%w: read integers of more than 64 bits; write them as decimals or text", errors.ErrUnsupported)
	}
	return nil
}

// A flatBuffer is read without trust: once something does not fit, bad is set
// and all that follows is zero.
type flatBuffer struct {
	b     []byte
	nodes int // columns that may still come
	bad   bool
	wide  bool // a column is of integers of more than 64 bits
}

func (f *flatBuffer) uint32(at int64) uint32 {
	if f.bad || at < 0 || at > int64(len(f.b))-4 {
		f.bad = true
		return 0
	}
	return binary.LittleEndian.Uint32(f.b[at:])
}

func (f *flatBuffer) uint8(at int64) byte {
	if f.bad || at < 0 || at >= int64(len(f.b)) {
		f.bad = true
		return 0
	}
	return f.b[at]
}

func (f *flatBuffer) uint16(at int64) int64 {
	if f.bad || at < 0 || at > int64(len(f.b))-2 {
		f.bad = true
		return 0
	}
	return int64(binary.LittleEndian.Uint16(f.b[at:]))
}

// follow returns where an offset leads to.
func (f *flatBuffer) follow(at int64) int64 { return at + int64(f.uint32(at)) }

// field returns the place of a table's field, or 0 if it has none. The table
// begins with the distance back to its vtable, which begins with its own size
// and that of the table, and goes on with the places of the fields.
func (f *flatBuffer) field(table, number int64) int64 {
	vtable := table - int64(int32(f.uint32(table)))
	entry := 4 + 2*number
	if f.uint16(vtable) < entry+2 {
		return 0
	}
	at := f.uint16(vtable + entry)
	if at == 0 || f.bad {
		return 0
	}
	return table + at
}

// vector returns the place and the length of a vector of tables.
func (f *flatBuffer) vector(table, number int64) (at, length int64) {
	field := f.field(table, number)
	if field == 0 {
		return 0, 0
	}
	at = f.follow(field)
	length = int64(f.uint32(at))
	if length > (int64(len(f.b))-at)/4 {
		f.bad = true
	}
	return at + 4, length
}

// intWidth returns the number of bits of a column of integers, 0 of others.
func (f *flatBuffer) intWidth(column int64) uint32 {
	tag, typ := f.field(column, fieldTypeTag), f.field(column, fieldType)
	if tag == 0 || typ == 0 || f.uint8(tag) != typeTagInt {
		return 0
	}
	width := f.field(f.follow(typ), intBitWidth)
	if width == 0 {
		return 0
	}
	return f.uint32(width)
}

func (f *flatBuffer) columns(table, number int64, depth int) {
	at, length := f.vector(table, number)
	if depth > maxDepth {
		f.bad = true
	}
	for i := int64(0); i < length && !f.bad; i++ {
		if f.nodes--; f.nodes < 0 {
			f.bad = true
			return
		}
		column := f.follow(at + 4*i)
		f.wide = f.wide || f.intWidth(column) > 64
		f.vector(column, fieldMetadata)
		f.columns(column, fieldChildren, depth+1)
	}
}
