package rescue

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// maxHead is the length in bytes that the first line of a file may have. That of
// an ordinary one has some hundreds.
const maxHead = 1 << 20

// create writes a file: a line that says what it holds, and the value.
func (f Folder) create(ctx context.Context, id string, head []byte, v *payload.Value) error {
	key, err := f.key(id)
	if err != nil {
		return err
	}
	_, err = f.Store.Create(ctx, key, func(w io.Writer) error {
		if _, err := w.Write(append(head, '\n')); err != nil {
			return err
		}
		return v.Rescue(ctx, w)
	})
	return err
}

// A File is an open file: reading it gives the value as its handler wrote it.
type File struct {
	About artifacts.Rescued
	io.Reader
	io.Closer
}

// Open opens a file. One that is not what it should be is [artifacts.ErrCorrupt].
func (f Folder) Open(ctx context.Context, id string) (*File, error) {
	key, err := f.key(id)
	if err != nil {
		return nil, err
	}
	file, err := f.Store.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(payload.Cancelable(ctx, file), 32<<10)
	head, err := readHead(r)
	var about artifacts.Rescued
	if err == nil {
		about, err = decode(head)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read %q: %w", f.Store.URL(key), err), file.Close())
	}
	about.ID, about.URL, about.Size = id, f.Store.URL(key), file.Size()-int64(len(head))-1
	return &File{About: about, Reader: r, Closer: file}, nil
}

// readHead reads the first line, which is not kept if it is too long.
func readHead(r *bufio.Reader) ([]byte, error) {
	var head []byte
	for {
		piece, err := r.ReadSlice('\n')
		head = append(head, piece...)
		switch {
		case len(head) > maxHead:
			return nil, fmt.Errorf("%w: the first line is longer than %d bytes", artifacts.ErrCorrupt, maxHead)
		case err == nil:
			return head[:len(head)-1], nil
		case err == io.EOF:
			return nil, fmt.Errorf("%w: there is no line that describes it", artifacts.ErrCorrupt)
		case err != bufio.ErrBufferFull:
			return nil, err
		}
	}
}
