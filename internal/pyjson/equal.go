package pyjson

// Equal reports whether two trees say the same: it looks past how numbers are
// spelled and past the order of keys. 1 and 1.0 are not the same.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case Number:
		b, ok := b.(Number)
		return ok && (a == b || a.Canonical() == b.Canonical())
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !Equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case *Object:
		b, ok := b.(*Object)
		if !ok || a.Len() != b.Len() {
			return false
		}
		for key, va := range a.All() {
			vb, ok := b.Get(key)
			if !ok || !Equal(va, vb) {
				return false
			}
		}
		return true
	}
	return a == b // nil, bool, string
}
