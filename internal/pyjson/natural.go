package pyjson

// natural returns the Go value that an interface gets.
func (a *assignment) natural(tree any) (any, error) {
	switch x := tree.(type) {
	case nil, bool, string:
		return x, nil
	case Number:
		return x.natural(), nil
	case []any:
		return a.naturalList(x)
	case *Object:
		if x == nil {
			return nil, nil
		}
		return a.naturalMap(x)
	default:
		tree, err := Of(tree)
		if err != nil {
			return nil, err
		}
		return a.natural(tree)
	}
}

func (n Number) natural() any {
	if !n.IsInt() {
		return n.Float64()
	}
	if i, ok := n.Int64(); ok {
		return i
	}
	return n.big()
}

func (a *assignment) naturalList(list []any) ([]any, error) {
	if err := a.enter(); err != nil {
		return nil, err
	}
	defer a.leave()
	out := make([]any, len(list))
	for i, tree := range list {
		v, err := a.natural(tree)
		if err != nil {
			return nil, at(err, indexStep(i))
		}
		out[i] = v
	}
	return out, nil
}

func (a *assignment) naturalMap(o *Object) (map[string]any, error) {
	if err := a.enter(); err != nil {
		return nil, err
	}
	defer a.leave()
	out := make(map[string]any, o.Len())
	for key, tree := range o.All() {
		v, err := a.natural(tree)
		if err != nil {
			return nil, at(err, keyStep(key))
		}
		out[key] = v
	}
	return out, nil
}
