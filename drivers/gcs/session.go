package gcs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"google.golang.org/api/googleapi"
	"google.golang.org/api/storage/v1"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A session is a resumable upload, as "Perform resumable uploads" of the Cloud
// Storage documentation has it: each request says where in the object its bytes
// go, and each answer up to where the server has them. So a chunk whose answer
// was lost is sent again from where it began. The server passes over what it
// has; to ask it first would take a request more and save none.
type session struct {
	bucket *bucket
	url    string
	media  string // type of the object
	at     int64  // up to where the server has it
}

// begin opens a session. One whose answer is lost is as if it had never been.
func (b *bucket) begin(ctx context.Context, key string, c store.Condition) (*session, error) {
	o := object(key, c)
	about, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	query := url.Values{"uploadType": {"resumable"}, "name": {o.Name}}
	switch generation, conditional, err := condition(c); {
	case err != nil:
		return nil, err
	case conditional:
		query.Set("ifGenerationMatch", strconv.FormatInt(generation, 10))
	}
	address := b.host + "/upload/storage/v1/b/" + url.PathEscape(b.name) + "/o?" + query.Encode()
	s := &session{bucket: b, media: o.ContentType}
	err = b.retry(ctx, func() error {
		q, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(about))
		if err != nil {
			return err
		}
		q.Header.Set("Content-Type", "application/json; charset=UTF-8")
		q.Header.Set("X-Upload-Content-Type", s.media)
		r, err := b.client.Do(q)
		if err != nil {
			return err
		}
		defer discard(r)
		if err := googleapi.CheckResponse(r); err != nil {
			return inBucket(err)
		}
		u, err := r.Location()
		if err != nil {
			return fmt.Errorf("%w: it does not say where to upload to: %w", errAnswer, err)
		}
		s.url = u.String()
		return nil
	})
	return s, err
}

// send has the server take a chunk, in as many requests as that takes. The last
// one comes with the checksum of the whole, and the object is returned.
func (s *session) send(ctx context.Context, chunk []byte, last *uint32) (*storage.Object, error) {
	begin := s.at
	end := begin + int64(len(chunk))
	for attempt := 1; ; attempt++ {
		before := s.at
		o, err := s.put(ctx, chunk[before-begin:], last)
		switch {
		case err != nil:
		case o != nil:
			return o, nil
		case s.at < before || s.at > end:
			return nil, fmt.Errorf("the server has %d bytes of an upload where it had %d and %d were sent", s.at, before, end)
		case s.at == end && last == nil:
			return nil, nil
		case s.at > before:
			attempt = 0 // it gets on
			continue
		default:
			err = fmt.Errorf("%w: the server took nothing of a chunk", errAnswer)
		}
		if err := s.bucket.again(ctx, attempt, err); err != nil {
			return nil, err
		}
	}
}

// put sends one request with what follows the bytes that the server has. It
// returns the object when the upload is over.
func (s *session) put(ctx context.Context, data []byte, last *uint32) (*storage.Object, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPut, s.url, nil)
	if err != nil {
		return nil, err
	}
	defer lend(q, data).giveBack()
	end := s.at + int64(len(data))
	span, total := "*", "*"
	if len(data) > 0 {
		span = fmt.Sprintf("%d-%d", s.at, end-1)
	}
	if last != nil {
		total = strconv.FormatInt(end, 10)
		q.Header.Set("X-Goog-Hash", "crc32c="+spellSum(*last))
	}
	q.Header.Set("Content-Range", "bytes "+span+"/"+total)
	q.Header.Set("Content-Type", s.media)
	r, err := s.bucket.client.Do(q)
	if err != nil {
		// Without the URL, with which anybody could go on with the upload.
		if lost, ok := errors.AsType[*url.Error](err); ok {
			err = lost.Err
		}
		return nil, fmt.Errorf("upload: %w", err)
	}
	defer discard(r)
	switch r.StatusCode {
	case http.StatusPermanentRedirect: // here: not complete
		at, err := taken(r)
		if err == nil {
			s.at = at
		}
		return nil, err
	case http.StatusOK, http.StatusCreated:
		if last == nil {
			return nil, fmt.Errorf("%w: before all was sent", errEnded)
		}
		o := new(storage.Object)
		if err := json.NewDecoder(io.LimitReader(r.Body, answerSize)).Decode(o); err != nil {
			return nil, fmt.Errorf("%w: %w", errAnswer, err)
		}
		return told(o)
	case http.StatusNotFound, http.StatusGone:
		return nil, fmt.Errorf("%w: %w", errEnded, googleapi.CheckResponse(r))
	}
	if err := googleapi.CheckResponse(r); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%w: status %d", errAnswer, r.StatusCode)
}

// answerSize is more than the server says of any object, in bytes.
const answerSize = 1 << 20

// taken returns up to where the server has the object: nothing, if it does not
// say.
func taken(r *http.Response) (int64, error) {
	text := r.Header.Get("Range")
	if text == "" {
		return 0, nil
	}
	var last int64
	if _, err := fmt.Sscanf(text, "bytes=0-%d", &last); err != nil || last < 0 {
		return 0, fmt.Errorf("%w: its Range is %q", errAnswer, text)
	}
	return last + 1, nil
}

// discard ends an answer so that its connection can be used again.
func discard(r *http.Response) {
	_, _ = io.CopyN(io.Discard, r.Body, errorSize)
	_ = r.Body.Close()
}
