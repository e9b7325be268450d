package artifacts

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

var errNotUTF8 = errors.New("not UTF-8")

// A utf8Writer passes bytes on to w and fails at the first that are not UTF-8.
// Characters may be split between writes.
type utf8Writer struct {
	w       io.Writer
	offset  int64  // bytes passed on
	partial []byte // beginning of a character, still to be completed
	err     error
}

func (u *utf8Writer) Write(p []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	whole := p
	if len(u.partial) > 0 {
		whole = append(u.partial, p...)
	}
	valid := utf8Prefix(whole)
	if _, u.err = u.w.Write(whole[:valid]); u.err != nil {
		return 0, u.err
	}
	u.offset += int64(valid)
	rest := whole[valid:]
	if utf8.FullRune(rest) {
		u.err = fmt.Errorf("%w at byte %d", errNotUTF8, u.offset)
		return 0, u.err
	}
	u.partial = bytes.Clone(rest)
	return len(p), nil
}

// Close reports a character that was begun and not completed. It does not
// close the writer below.
func (u *utf8Writer) Close() error {
	if u.err == nil && len(u.partial) > 0 {
		u.err = fmt.Errorf("%w at byte %d", errNotUTF8, u.offset)
	}
	return u.err
}

// utf8Prefix returns the length of the longest prefix of whole characters.
// What follows it is wrong, incomplete or nothing.
func utf8Prefix(p []byte) int {
	if utf8.Valid(p) {
		return len(p)
	}
	n := 0
	for n < len(p) {
		r, size := utf8.DecodeRune(p[n:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		n += size
	}
	return n
}

// copyText copies UTF-8 from r to w.
func copyText(w io.Writer, r io.Reader) error {
	checked := &utf8Writer{w: w}
	// The reader is hidden behind a plain one, and the writer has no ReadFrom,
	// so every byte passes through the check.
	_, err := io.Copy(checked, r)
	if err == nil {
		err = checked.Close()
	}
	if errors.Is(err, errNotUTF8) {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return err
}

// readText reads UTF-8 from r to its end.
func readText(r io.Reader) ([]byte, error) {
	var b bytes.Buffer
	if err := copyText(&b, r); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
