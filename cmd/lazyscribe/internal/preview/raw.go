package preview

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// tarBlock is how much of a file shows that it is a tar file: its first header,
// which names the format at an offset (POSIX, pax: "ustar Interchange Format").
const (
	tarBlock   = 512
	tarMagicAt = 257
)

// raw is a file of which nothing but its bytes is known: a folder in a tar file,
// a text, or something else.
func raw(ctx context.Context, r io.Reader, _ Options) (*Preview, error) {
	in := bufio.NewReaderSize(r, maxText)
	head, err := in.Peek(maxText)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = bytes.Clone(head)
	if len(head) >= tarBlock && bytes.HasPrefix(head[tarMagicAt:], []byte("ustar")) {
		if p, err := folder(ctx, in); err == nil || !errors.Is(err, errNoTar) {
			return p, err
		}
	}
	kind := http.DetectContentType(head)
	if text, ok := textOf(head); ok && strings.HasPrefix(kind, "text/") {
		return &Preview{Facts: []Fact{{"type", kind}}, Head: text, IsText: true}, nil
	}
	return &Preview{Facts: []Fact{{"type", kind}}, Head: head[:min(len(head), maxHead)]}, nil
}

// textOf returns the first lines of a text. A character may be cut off by the end
// of what was read.
func textOf(head []byte) ([]byte, bool) {
	for cut := 0; cut < utf8.UTFMax && cut <= len(head); cut++ {
		if text := head[:len(head)-cut]; utf8.Valid(text) {
			if cut > 0 && len(head) < maxText {
				return nil, false // it was not cut there
			}
			return firstLines(text), len(text) > 0
		}
	}
	return nil, false
}

func firstLines(text []byte) []byte {
	end := 0
	for range maxRows {
		n := bytes.IndexByte(text[end:], '\n')
		if n < 0 {
			return text
		}
		end += n + 1
	}
	return text[:end]
}

var errNoTar = errors.New("not a tar file")

// folder is a tar file.
func folder(ctx context.Context, r io.Reader) (*Preview, error) {
	p := &Preview{List: "files"}
	var count, unpacked int64
	archive := tar.NewReader(r)
	for {
		h, err := archive.Next()
		switch {
		case errors.Is(err, io.EOF):
			p.Facts = []Fact{{"type", "application/x-tar"}, {"count", count}, {"unpacked", unpacked}}
			p.More = int(count) - len(p.Members)
			return p, ctx.Err()
		case errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil, errNoTar
		case err != nil:
			return nil, err
		}
		count++
		unpacked += h.Size
		if len(p.Members) < maxMembers {
			p.Members = append(p.Members, Member{{"name", h.Name}, {"mode", h.FileInfo().Mode().String()}, {"size", h.Size}})
		}
	}
}
