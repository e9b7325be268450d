package gcs

import (
	"errors"
	"io"
	"net/http"
	"sync"
)

var errReturned = errors.New("the request is over")

// lent is the bytes of a request's body, until they are returned. Package
// net/http may go on reading a body after it has answered, and where these bytes
// were others are written next.
type lent struct {
	mu   sync.Mutex
	data []byte
	over bool
}

// lend makes bytes the body of a request.
func lend(q *http.Request, data []byte) *lent {
	l := &lent{data: data}
	q.ContentLength = int64(len(data))
	q.GetBody = func() (io.ReadCloser, error) {
		if len(data) == 0 {
			return http.NoBody, nil // else the length would be taken for unknown
		}
		return &lentBody{of: l}, nil
	}
	q.Body, _ = q.GetBody() // never fails
	return l
}

// giveBack ends the reading of the bytes: afterwards they can be overwritten.
func (l *lent) giveBack() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
}

// lentBody reads from the beginning of what is lent.
type lentBody struct {
	of *lent
	at int
}

func (b *lentBody) Read(p []byte) (int, error) {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	if b.of.over {
		return 0, errReturned
	}
	if b.at == len(b.of.data) {
		return 0, io.EOF
	}
	n := copy(p, b.of.data[b.at:])
	b.at += n
	return n, nil
}

func (*lentBody) Close() error { return nil }
