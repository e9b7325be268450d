package hdf5

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/named"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// A planned file is one that is to be written: everything has its place, so that
// it can be written from the start to the end.
type planned struct {
	root   *node
	arrays []*node // in the order of their elements in the file
	size   uint64
}

// A node is a group or a dataset.
type node struct {
	name   string
	header uint64 // address

	children map[string]*node // nil for datasets
	sorted   []*node
	table    table

	value    any
	describe npy.Header
	datatype []byte
	data     uint64 // address; undefined if there is none
	size     uint64 // bytes of data
}

// alignment of elements in the file, so that they can be mapped.
const alignment = 64

// plan finds a place for arrays. Those that cannot be written, or have names that
// cannot, are [artifacts.ErrUnsupportedValue].
func plan(list []named.Array) (*planned, error) {
	f := &planned{root: &node{children: make(map[string]*node)}}
	for _, a := range list {
		leaf, err := describe(a.Value)
		if err == nil {
			err = f.add(a.Name, leaf)
		}
		if err != nil {
			return nil, fmt.Errorf("dataset %.80q: %w", a.Name, err)
		}
	}
	at := f.root.place(superblockSize)
	for _, leaf := range f.arrays {
		leaf.data = undefined
		if leaf.size > 0 {
			at = (at + alignment - 1) / alignment * alignment
			leaf.data = at
			at += leaf.size
		}
	}
	f.size = at
	return f, nil
}

// describe returns the dataset that a value is.
func describe(value any) (*node, error) {
	h, err := npy.Describe(value)
	if err != nil {
		return nil, err
	}
	if len(h.Shape) > maxAxes {
		return nil, fmt.Errorf("%w: %d axes, more than %d", artifacts.ErrUnsupportedValue, len(h.Shape), maxAxes)
	}
	datatype, size := appendDatatype(nil, h.DType)
	return &node{value: value, describe: h, datatype: datatype, size: uint64(h.Elements()) * size}, nil
}

// add puts a dataset where its path says, and makes the groups on the way.
func (f *planned) add(path string, leaf *node) error {
	parts := strings.Split(path, "/")
	if len(path) > maxPath || len(parts) > maxDepth || !utf8.ValidString(path) || strings.Contains(path, "\x00") {
		return fmt.Errorf("%w: it cannot be named so: a path is UTF-8 without zeros, of at most %d bytes and %d groups", artifacts.ErrUnsupportedValue, maxPath, maxDepth)
	}
	group := f.root
	for i, part := range parts {
		if part == "" || part == "." {
			return fmt.Errorf("%w: %q is no name in a group", artifacts.ErrUnsupportedValue, part)
		}
		child := group.children[part]
		switch last := i == len(parts)-1; {
		case last && child == nil:
			leaf.name = part
			group.children[part] = leaf
			f.arrays = append(f.arrays, leaf)
			return nil
		case last, child != nil && child.children == nil:
			return fmt.Errorf("%w: %q cannot be a dataset and a group, or two datasets", artifacts.ErrUnsupportedValue, strings.Join(parts[:i+1], "/"))
		case child == nil:
			child = &node{name: part, children: make(map[string]*node)}
			group.children[part] = child
		}
		group = child
	}
	return nil
}

// place gives a group, and all that is in it, its address, and returns the first
// that is free behind it.
func (n *node) place(at uint64) uint64 {
	n.header = at
	if n.children == nil {
		return at + uint64(len(n.appendHeader(nil)))
	}
	for _, child := range n.children {
		n.sorted = append(n.sorted, child)
	}
	slices.SortFunc(n.sorted, func(a, b *node) int { return cmp.Compare(a.name, b.name) })
	at = n.table.place(n, at+groupHeaderSize)
	for _, child := range n.sorted {
		at = child.place(at)
	}
	return at
}

// write writes the file: what says where everything is first, then the elements
// of one dataset after the other.
func (f *planned) write(ctx context.Context, w io.Writer) error {
	out := &counter{w: w}
	if _, err := out.Write(f.root.append(f.appendSuperblock(nil))); err != nil {
		return err
	}
	for _, leaf := range f.arrays {
		if leaf.size == 0 {
			continue
		}
		if _, err := out.Write(make([]byte, leaf.data-out.n)); err != nil {
			return err
		}
		if err := npy.WriteRaw(ctx, out, leaf.value); err != nil {
			return err
		}
		if out.n != leaf.data+leaf.size {
			return fmt.Errorf("%w: dataset %q has become another while it was written", artifacts.ErrUnsupportedValue, leaf.name)
		}
	}
	return nil
}

// A counter counts the bytes that are written.
type counter struct {
	w io.Writer
	n uint64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += uint64(n)
	return n, err
}
