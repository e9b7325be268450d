package artifacts

import "slices"

// A gobType is what [gobWalk] must know of a type a gob defines.
type gobType struct {
	kind      gobKind
	key, elem int64   // identifiers of a map's or list's parts
	fields    []int64 // identifiers of a struct's fields
}

type gobKind byte

const (
	gobUndefined gobKind = iota
	gobList              // slice or array
	gobStruct
	gobMap
	gobOpaque // encodes itself into bytes
)

// define reads a type definition: encoding/gob's struct wireType, which has
// one field for each kind of type, one of which is set. In each of them the
// first field is the struct CommonType, with name and identifier.
func (w *gobWalk) define(id int64) {
	var t gobType
	w.fields(func(i int) {
		if t.kind != gobUndefined {
			// Two kinds at once: gob would choose by the type it decodes into.
			w.fail(errGobDamaged)
			return
		}
		switch i {
		case 0: // ArrayT: CommonType, Elem, Len
			t.kind = gobList
			w.definition(&t.elem, new(int64))
		case 1: // SliceT: CommonType, Elem
			t.kind = gobList
			w.definition(&t.elem)
		case 2: // StructT: CommonType, Field
			t.kind = gobStruct
			w.structDefinition(&t)
		case 3: // MapT: CommonType, Key, Elem
			t.kind = gobMap
			w.definition(&t.key, &t.elem)
		case 4, 5, 6: // GobEncoderT, BinaryMarshalerT, TextMarshalerT: CommonType
			t.kind = gobOpaque
			w.definition()
		default:
			w.fail(errGobDamaged)
		}
	})
	if _, known := w.types[id]; known || id < gobFirstUser {
		w.fail(errGobDamaged)
	}
	w.types[id] = t
}

// definition reads a CommonType and the integers after it.
func (w *gobWalk) definition(parts ...*int64) {
	w.fields(func(i int) {
		switch {
		case i == 0:
			w.nameAndID()
		case i <= len(parts):
			*parts[i-1] = w.int()
		default:
			w.fail(errGobDamaged)
		}
	})
}

func (w *gobWalk) structDefinition(t *gobType) {
	w.fields(func(i int) {
		switch i {
		case 0:
			w.nameAndID()
		case 1:
			for n := w.uint(); n > 0 && w.err == nil; n-- {
				if len(w.message) == 0 {
					w.fail(errGobDamaged)
				}
				t.fields = append(t.fields, w.nameAndID())
			}
		default:
			w.fail(errGobDamaged)
		}
	})
}

// nameAndID reads a struct of a string and an integer, as both CommonType and
// the description of a field are.
func (w *gobWalk) nameAndID() (id int64) {
	w.fields(func(i int) {
		switch i {
		case 0:
			w.skip()
		case 1:
			id = w.int()
		default:
			w.fail(errGobDamaged)
		}
	})
	return id
}

// isRisky reports whether values of a type have to be walked: they can be
// nested deeper than their type shows, through interfaces or a type that
// contains itself, or there are maps in them. Open holds the types on the way
// here (true) and those that were cleared (false).
func (w *gobWalk) isRisky(id int64, open map[int64]bool) bool {
	if id == gobInterface {
		return true
	}
	t, defined := w.types[id]
	if inside, seen := open[id]; seen || !defined {
		return inside
	}
	open[id] = true
	risky := false
	switch t.kind {
	case gobMap:
		return true
	case gobList:
		risky = w.isRisky(t.elem, open)
	case gobStruct:
		risky = slices.ContainsFunc(t.fields, func(field int64) bool { return w.isRisky(field, open) })
	}
	open[id] = false
	return risky
}
