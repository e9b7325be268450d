package repository

import (
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// Diff returns the unified diff of the files of two versions, three lines of
// context around each change, "" if they are equal. The text is the one Python's
// get_version_diff returns.
//
// As there, the version created first comes first, whichever is named first;
// but [Latest], named second, stays second.
//
// Errors: those of [Repository.OpenArtifact], [ErrBinary] (it names the format's
// handler), [artifacts.ErrUnknownHandler].
func (r *Repository) Diff(ctx context.Context, name string, a, b Version) (string, error) {
	from, to, err := r.pair(ctx, name, a, b)
	if err != nil {
		return "", fmt.Errorf("diff: %w", err)
	}
	return unifiedDiff(string(from.data), string(to.data)), nil
}

// content is a version's file in memory.
type content struct {
	meta artifacts.Artifact
	data []byte
}

// pair reads the text files of two versions in the order they are compared in.
func (r *Repository) pair(ctx context.Context, name string, a, b Version) (from, to content, err error) {
	versions := [...]Version{a, b}
	var both [2]content
	for i, v := range versions {
		if both[i].meta, err = r.stored(name, v); err == nil {
			err = r.isText(both[i].meta)
		}
		if err != nil {
			return from, to, inContext("artifact", name, v, err)
		}
	}
	if b.kind != latest && both[1].meta.CreatedAt.Before(both[0].meta.CreatedAt) {
		both[0], both[1] = both[1], both[0]
		versions[0], versions[1] = b, a
	}
	for i, v := range versions {
		if both[i].data, err = r.readText(ctx, both[i].meta); err != nil {
			return from, to, inContext("artifact", name, v, err)
		}
	}
	return both[0], both[1], nil
}

// isText returns an error if a version's format is not text.
func (r *Repository) isText(meta artifacts.Artifact) error {
	h, err := r.opts.Handlers.Lookup(meta.Handler)
	if err != nil {
		return err
	}
	if h.Format().Binary {
		return fmt.Errorf("files of handler %q cannot be compared: %w", meta.Handler, ErrBinary)
	}
	return nil
}

func (r *Repository) readText(ctx context.Context, meta artifacts.Artifact) (text []byte, err error) {
	f, err := r.open(ctx, meta)
	if err != nil {
		return nil, err
	}
	v := payload.Verify(ctx, f, meta)
	defer func() { err = errors.Join(err, v.Close()) }()
	if text, err = io.ReadAll(v); err != nil {
		return nil, err
	}
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("%w: not UTF-8", artifacts.ErrCorrupt)
	}
	return text, nil
}
