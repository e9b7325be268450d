package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// formatRows measures all formats in one direction and then in the other.
func (e *env) formatRows() []*row {
	var writes, reads []*row
	for i, f := range e.sizes.formats.list() {
		path := filepath.Join(e.dir, fmt.Sprintf("format-%d.%s", i, f.handler.Format().Suffix))
		writes = append(writes, e.formatWrite(f, path))
		reads = append(reads, e.formatRead(f, path))
	}
	return append(writes, reads...)
}

// formatWrite writes a value into a file. Python writes what it reads of ours.
func (e *env) formatWrite(f *format, path string) *row {
	r := e.formatRow(f, "write", path)
	r.limit = "writing the bytes of the same file from memory"
	r.note = "Python's side is the library in brackets. Nobody flushes."
	var value any
	prepare, out := r.ready, path+".out."+f.handler.Format().Suffix
	r.ready = func(ctx context.Context) (err error) {
		if err := prepare(ctx); err != nil {
			return err
		}
		value, err = f.value(ctx)
		return err
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		return timed(func() error { return writeFormat(ctx, f, value, out) })
	}
	r.sides[python] = e.byPython(0, func() request {
		return request{Work: "format_write", Format: f.handler.Format().Alias, Path: out, Other: path}
	})
	r.sides[limit] = func(context.Context) (float64, error) {
		data, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		return timed(func() error { return os.WriteFile(out, data, 0o666) })
	}
	r.done = func() error {
		value = nil
		return errors.Join(e.dropHeld(), os.Remove(path), os.Remove(out))
	}
	return r
}

// formatRead reads it back.
func (e *env) formatRead(f *format, path string) *row {
	r := e.formatRow(f, "read", path)
	r.limit = "reading the same file into memory"
	r.note = "Python's side is the library in brackets. The file is in the cache of the system."
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		file, err := os.Open(path)
		if err != nil {
			return 0, err
		}
		target := f.target()
		took, err := timed(func() error { return f.handler.Decode(ctx, file, target) })
		return took, errors.Join(err, file.Close())
	}
	r.sides[python] = e.byPython(0, func() request {
		return request{Work: "format_read", Format: f.handler.Format().Alias, Path: path}
	})
	r.sides[limit] = func(context.Context) (float64, error) {
		return timed(func() error {
			_, err := os.ReadFile(path)
			return err
		})
	}
	r.done = func() error { return os.Remove(path) }
	return r
}

// formatRow is what the rows of both directions have in common. Its file is
// there when it is ready.
func (e *env) formatRow(f *format, verb, path string) *row {
	alias := f.handler.Format().Alias
	return &row{
		key: "format-" + verb + "-" + alias, work: fmt.Sprintf("%s %s, %s (%s)", verb, alias, f.what, f.library),
		aims: []aim{fasterThanPython(1)},
		ready: func(ctx context.Context) error {
			value, err := f.value(ctx)
			if err != nil {
				return err
			}
			return writeFormat(ctx, f, value, path)
		},
	}
}

func writeFormat(ctx context.Context, f *format, value any, path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(f.handler.Encode(ctx, file, value), file.Close())
}
