package hdf5

import (
	"cmp"
	"slices"
)

const (
	// maxDepth is how deep groups may be nested.
	maxDepth = 256

	// maxPath is the length of the longest path, so that many datasets in groups
	// with long names do not take more memory than a file has bytes.
	maxPath = 4096
)

// A link is a name in a group that leads to an object of the file.
type link struct {
	name string
	addr uint64 // of the object's header
}

// A walker finds the datasets in the groups of a file.
type walker struct {
	*meta
	groups   map[uint64]bool // those that were entered
	datasets map[string]uint64
	names    []string
}

// walk adds what is at an address under a path. A group that has several names is
// entered under the first of them, which ends cycles too.
func (w *walker) walk(path string, addr uint64, depth int) error {
	list, err := w.messages(addr)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(list, func(m message) bool { return m.kind == msgLayout }) {
		if _, ok := w.datasets[path]; ok {
			return corrupt("two datasets are named %q", path)
		}
		w.datasets[path] = addr
		w.names = append(w.names, path)
		return nil
	}
	if w.groups[addr] {
		return nil
	}
	w.groups[addr] = true
	if depth > maxDepth {
		return unsupportedf("hdf5: more than %d groups within one another are", maxDepth)
	}
	links, err := w.links(list)
	if err != nil {
		return err
	}
	// In whatever order a group keeps its links: which name of a group is the first
	// should not depend on that.
	slices.SortFunc(links, func(a, b link) int { return cmp.Compare(a.name, b.name) })
	for _, l := range links {
		name := l.name
		if path != "" {
			name = path + "/" + l.name
		}
		if len(name) > maxPath {
			return unsupportedf("hdf5: a path of %d bytes is", len(name))
		}
		if err := w.walk(name, l.addr, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// links returns what is in a group, and nothing for objects that are no groups.
// Soft links and links to other files are left out: they are names of datasets
// that have another, or that are not in the file.
func (w *walker) links(list []message) ([]link, error) {
	var links []link
	for _, msg := range list {
		c := &cursor{b: msg.body}
		var more []link
		var err error
		switch msg.kind {
		case msgSymbolTable:
			tree, heap := c.u64(), c.u64()
			if err = c.err; err == nil {
				more, err = w.symbolTable(tree, heap)
			}
		case msgLinkInfo:
			more, err = w.denseLinks(c)
		case msgLink:
			more, err = appendLink(nil, c)
		}
		if err != nil {
			return nil, err
		}
		links = append(links, more...)
	}
	return links, nil
}

// appendLink reads a link message (IV.A.2.g).
func appendLink(links []link, c *cursor) ([]link, error) {
	c.skip(1) // version
	flags := c.u8()
	hard := true
	if flags&8 != 0 {
		hard = c.u8() == 0
	}
	if flags&4 != 0 {
		c.skip(8) // order of creation
	}
	if flags&0x10 != 0 {
		c.skip(1) // character set: names are bytes here
	}
	name := string(c.take(c.uint(1 << (flags & 3))))
	if !hard {
		return links, c.err
	}
	return append(links, link{name, c.u64()}), c.err
}

// denseLinks reads the links of a group that has so many that they are in a heap
// of their own, with a tree over their names (IV.A.2.c).
func (w *walker) denseLinks(c *cursor) ([]link, error) {
	c.skip(1) // version
	if flags := c.u8(); flags&1 != 0 {
		c.skip(8) // number for the next link
	}
	heapAddr, treeAddr := c.u64(), c.u64()
	if c.err != nil || heapAddr == undefined {
		return nil, c.err
	}
	heap, err := w.fractalHeap(heapAddr)
	if err != nil {
		return nil, err
	}
	var links []link
	err = w.btree2(treeAddr, func(kind uint8, record *cursor) error {
		if kind != treeOfNames {
			return corrupt("a tree of kind %d has the names of a group", kind)
		}
		record.skip(4) // hash of the name
		body, err := heap.object(record)
		if err != nil {
			return err
		}
		links, err = appendLink(links, body)
		return err
	})
	return links, err
}
