package parquet

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// Parquet has no durations: writers store integers, and that they are durations
// in the Arrow schema. arrow-go finds them there and then has no reader for
// them. So it is told to read integers, and what it gives is relabelled, which
// takes no copy as Arrow keeps both alike.

// readAsIntegers changes the types in which fields are read, and reports whether
// any did change.
func readAsIntegers(fields []pqarrow.SchemaField) bool {
	changed := false
	for i := range fields {
		f := &fields[i]
		if t := integers(f.Field.Type); t != f.Field.Type {
			f.Field.Type = t
			readAsIntegers(f.Children)
			changed = true
		}
	}
	return changed
}

// integers returns a type with integers in place of durations, and the type
// itself if it has none.
func integers(t arrow.DataType) arrow.DataType {
	switch t := t.(type) {
	case *arrow.DurationType:
		return arrow.PrimitiveTypes.Int64
	case arrow.ExtensionType:
		storage := t.StorageType()
		if read := integers(storage); read != storage {
			return read
		}
	case arrow.NestedType:
		return integersWithin(t)
	}
	return t
}

func integersWithin(t arrow.NestedType) arrow.DataType {
	changed := false
	list := t.Fields()
	for i, f := range list {
		list[i].Type = integers(f.Type)
		changed = changed || list[i].Type != f.Type
	}
	if !changed {
		return t
	}
	switch t := t.(type) {
	case *arrow.StructType:
		return arrow.StructOf(list...)
	case *arrow.ListType:
		return arrow.ListOfField(list[0])
	case *arrow.LargeListType:
		return arrow.LargeListOfField(list[0])
	case *arrow.FixedSizeListType:
		return arrow.FixedSizeListOfField(t.Len(), list[0])
	case *arrow.MapType:
		entries := list[0].Type.(*arrow.StructType)
		return arrow.MapOfFields(entries.Field(0), entries.Field(1))
	}
	return t // no other type is found in a file
}

// asDurations returns a record of the columns given, with the types the schema
// says, to be released.
func asDurations(record arrow.RecordBatch, schema *arrow.Schema, columns []int) arrow.RecordBatch {
	list := make([]arrow.Field, len(columns))
	arrays := make([]arrow.Array, len(columns))
	for i, c := range columns {
		list[i] = schema.Field(c)
		data := relabel(record.Column(i).Data(), list[i].Type)
		arrays[i] = array.MakeFromData(data)
		data.Release()
		defer arrays[i].Release()
	}
	metadata := record.Schema().Metadata()
	return array.NewRecordBatch(arrow.NewSchema(list, &metadata), arrays, record.NumRows())
}

// relabel gives data, and what is nested in it, a type of the same layout.
func relabel(data arrow.ArrayData, t arrow.DataType) arrow.ArrayData {
	if arrow.TypeEqual(data.DataType(), t) {
		data.Retain()
		return data
	}
	layout := t
	if extension, ok := t.(arrow.ExtensionType); ok {
		layout = extension.StorageType()
	}
	var children []arrow.ArrayData
	if nested, ok := layout.(arrow.NestedType); ok {
		for i, f := range nested.Fields() {
			child := relabel(data.Children()[i], f.Type)
			defer child.Release()
			children = append(children, child)
		}
	}
	return array.NewData(t, data.Len(), data.Buffers(), children, data.NullN(), data.Offset())
}
