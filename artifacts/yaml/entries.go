package yaml

import (
	"cmp"
	"math/big"
	"reflect"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// An entry is a key as it is written and its value.
type entry struct {
	text  string
	rank  keyRank
	value reflect.Value
}

// keyRank orders keys: nil, false, true, numbers by their value, the rest by
// its characters. Python sorts keys of one kind, and leaves others unsorted.
type keyRank struct {
	kind   int
	number float64
	text   string
}

func (r keyRank) compare(s keyRank) int {
	return cmp.Or(cmp.Compare(r.kind, s.kind), cmp.Compare(r.number, s.number), cmp.Compare(r.text, s.text))
}

// entries returns what a map or struct has, in the order it is written.
func (e *encoder) entries(v reflect.Value) ([]entry, error) {
	if v.Kind() == reflect.Struct {
		return e.fieldEntries(v)
	}
	list := make([]entry, 0, v.Len())
	for iter := v.MapRange(); iter.Next(); {
		key, err := behind(iter.Key())
		if err != nil {
			return nil, err
		}
		if isContainer(key) || isBytes(key) {
			return nil, unsupported("a map with keys of type %s", key.Type())
		}
		made := entry{value: iter.Value()}
		text, _, err := e.appendScalar(nil, key)
		if err != nil {
			return nil, err
		}
		made.text, made.rank = string(text), rankOf(key, text)
		list = append(list, made)
	}
	slices.SortFunc(list, func(a, b entry) int { return a.rank.compare(b.rank) })
	for i := range list[:max(len(list), 1)-1] {
		// 1 and "1" are written differently; int(1) and int64(1) are not.
		if list[i].text == list[i+1].text {
			return nil, unsupported("a map with the key %.100s twice", list[i].text)
		}
	}
	return list, nil
}

func (e *encoder) fieldEntries(v reflect.Value) ([]entry, error) {
	known := fields.Of(v.Type(), "yaml")
	list := make([]entry, 0, len(known))
	for i := range known {
		value := known[i].Get(v)
		if !value.IsValid() || known[i].Omitted(value) {
			continue
		}
		name := known[i].Name
		text, _, err := e.appendString(nil, name)
		if err != nil {
			return nil, err
		}
		list = append(list, entry{text: string(text), rank: keyRank{text: name}, value: value})
	}
	if e.SortKeys {
		slices.SortFunc(list, func(a, b entry) int { return a.rank.compare(b.rank) })
	}
	return list, nil
}

func rankOf(key reflect.Value, text []byte) keyRank {
	const (
		isNil = iota
		isBool
		isNumber
		isOther
	)
	switch {
	case !key.IsValid():
		return keyRank{kind: isNil}
	case isText(key.Type()):
	case key.Kind() == reflect.String:
		return keyRank{kind: isOther, text: key.String()}
	case key.Kind() == reflect.Bool:
		return keyRank{kind: isBool, text: string(text)}
	case key.CanInt():
		return keyRank{kind: isNumber, number: float64(key.Int()), text: string(text)}
	case key.CanUint():
		return keyRank{kind: isNumber, number: float64(key.Uint()), text: string(text)}
	case key.CanFloat():
		return keyRank{kind: isNumber, number: key.Float(), text: string(text)}
	case key.Type() == bigType:
		number, _ := new(big.Float).SetInt(bigOf(key)).Float64()
		return keyRank{kind: isNumber, number: number, text: string(text)}
	}
	return keyRank{kind: isOther, text: string(text)}
}
