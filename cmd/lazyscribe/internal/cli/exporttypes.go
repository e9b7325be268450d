package cli

import (
	"reflect"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
)

// A columnType is what all values of a column of an export are.
type columnType struct {
	kind   columnKind
	isList bool
}

type columnKind int

const (
	nulls columnKind = iota // there is no value
	bools
	integers
	longIntegers // some of which no float64 is
	floats
	times
	texts
	mixture // of no one type: written as the texts that csv has
)

// fixedTypes are those of the columns that every export has, so that they do not
// depend on what is in it.
var fixedTypes = map[string]columnType{
	"slug": {kind: texts}, "name": {kind: texts}, "author": {kind: texts}, "last_updated_by": {kind: texts},
	"created_at": {kind: times}, "last_updated": {kind: times},
	"tags": {texts, true}, "dependencies": {texts, true}, "test": {kind: texts}, "description": {kind: texts},
}

// maxExact is up to where every integer is a float64.
const maxExact = 1 << 53

// typeOf returns the type of a value that [query.Key.Of] or [query.Flatten]
// returns.
func typeOf(v any) columnType {
	switch v := v.(type) {
	case nil:
		return columnType{}
	case bool:
		return columnType{kind: bools}
	case int64:
		if v > maxExact || v < -maxExact {
			return columnType{kind: longIntegers}
		}
		return columnType{kind: integers}
	case float64:
		return columnType{kind: floats}
	case time.Time:
		return columnType{kind: times}
	case string:
		return columnType{kind: texts}
	case []string:
		return columnType{texts, true}
	case []any:
		elements := columnType{}
		for _, e := range v {
			elements = elements.join(typeOf(e))
		}
		if elements.isList || elements.kind == mixture {
			return columnType{kind: mixture}
		}
		return columnType{elements.kind, true}
	}
	return columnType{kind: mixture} // an object, or an integer that no column holds
}

// join returns the type of a column that has values of both.
func (t columnType) join(u columnType) columnType {
	switch {
	case t == u || u == columnType{}:
		return t
	case t == columnType{}:
		return u
	case t.isList != u.isList:
		return columnType{kind: mixture}
	case t.kind == nulls:
		return u
	case u.kind == nulls:
		return t
	}
	switch low, high := min(t.kind, u.kind), max(t.kind, u.kind); {
	case low == integers && (high == longIntegers || high == floats):
		return columnType{high, t.isList}
	}
	return columnType{kind: mixture}
}

// columns are the export with a type for each column, which is null where a row
// has no value.
func (x *export) columns() parquet.Columns {
	types := make([]columnType, len(x.header))
	for i, name := range x.header {
		types[i] = fixedTypes[name]
	}
	var rows []map[string]any
	for row := range x.rows {
		rows = append(rows, row)
		for i, name := range x.header {
			types[i] = types[i].join(typeOf(row[name]))
		}
	}
	columns := make(parquet.Columns, len(x.header))
	for i, name := range x.header {
		columns[i] = parquet.Column{Name: name, Values: types[i].values(rows, name)}
	}
	return columns
}

// values are the values of a column, as a slice of the Go type that it has.
func (t columnType) values(rows []map[string]any, name string) any {
	switch t.kind {
	case bools:
		return valuesAs(t, rows, name, func(v any) bool { return v.(bool) })
	case integers, longIntegers:
		return valuesAs(t, rows, name, func(v any) int64 { return v.(int64) })
	case floats:
		return valuesAs(t, rows, name, func(v any) float64 { x, _ := query.Number(v); return x })
	case times:
		return valuesAs(t, rows, name, func(v any) time.Time { return v.(time.Time) })
	}
	return valuesAs(t, rows, name, query.Format)
}

func valuesAs[T any](t columnType, rows []map[string]any, name string, convert func(any) T) any {
	if t.isList {
		lists := make([][]*T, len(rows))
		for i, row := range rows {
			lists[i] = listAs(row[name], convert)
		}
		return lists
	}
	values := make([]*T, len(rows))
	for i, row := range rows {
		values[i] = valueAs(row[name], convert)
	}
	return values
}

// valueAs returns nil for null.
func valueAs[T any](v any, convert func(any) T) *T {
	if v == nil {
		return nil
	}
	return new(convert(v))
}

// listAs returns nil for null, and a list otherwise.
func listAs[T any](v any, convert func(any) T) []*T {
	if v == nil {
		return nil
	}
	elements := reflect.ValueOf(v) // a []any or a []string
	list := make([]*T, elements.Len())
	for i := range list {
		list[i] = valueAs(elements.Index(i).Interface(), convert)
	}
	return list
}
