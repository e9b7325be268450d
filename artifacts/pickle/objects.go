package pickle

// What the machine makes of the containers of a pickle. They are converted to
// Go's values when all is read, since until then they may grow. Everything else
// is what a *any gets from the beginning.
type (
	list struct {
		node
		items []any
	}

	tuple struct {
		node
		items []any
		key   uint32 // of keys.identify; 0: not known
	}

	set struct {
		node
		items  []any
		frozen bool
		key    uint32
	}

	dict struct {
		node
		items []any // keys and values in turns
	}
)

// A node is what containers have in common.
type node struct {
	shared  bool // it may be found in several places
	busy    bool // it is being converted: to meet it again is a cycle
	done    bool // natural is what a *any gets
	natural any
}

// A container is a list, tuple, set or dict.
type container interface {
	base() *node
	what() string
}

func (n *node) base() *node { return n }

func (*list) what() string  { return "list" }
func (*tuple) what() string { return "tuple" }
func (*dict) what() string  { return "dict" }

func (s *set) what() string {
	if s.frozen {
		return "frozenset"
	}
	return "set"
}

// share notes that v is used once more.
func share(v any) any {
	if c, ok := v.(container); ok {
		c.base().shared = true
	}
	return v
}
