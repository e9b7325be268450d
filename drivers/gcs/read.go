package gcs

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Get reads with the XML API: an answer of the JSON API has the object's bytes
// or what is known of it, so that a manifest would take two requests, and be
// another one by the second. It opens again what fails for the moment; what
// breaks while it is read is taken up by the caller.
func (b *bucket) Get(ctx context.Context, key, revision string, offset, length int64) (*store.Object, error) {
	return retried(ctx, b, func() (*store.Object, error) {
		r, err := b.get(ctx, key, revision, offset, length)
		if err != nil {
			return nil, err
		}
		o, err := opened(r, revision, offset, length)
		if err != nil {
			_ = r.Body.Close()
		}
		return o, err
	})
}

// get returns an answer that is a good one, with its body open.
func (b *bucket) get(ctx context.Context, key, revision string, offset, length int64) (*http.Response, error) {
	address := b.host + "/" + url.PathEscape(b.name) + "/" + url.PathEscape(spell(key))
	if revision != "" {
		address += "?generation=" + url.QueryEscape(revision)
	}
	method := http.MethodGet
	if length == 0 {
		method = http.MethodHead // no range has no bytes
	}
	q, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, err
	}
	// Else the server decompresses what was stored with a Content-Encoding, and
	// sends neither its length nor a range of it.
	q.Header.Set("Accept-Encoding", "gzip")
	switch {
	case length > 0:
		q.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", offset, offset+length-1))
	case length < 0 && offset > 0:
		q.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	r, err := b.client.Do(q)
	if err != nil {
		return nil, err
	}
	if r.StatusCode != http.StatusOK && r.StatusCode != http.StatusPartialContent {
		err := ofObject(failure(r))
		_ = r.Body.Close()
		return nil, err
	}
	return r, nil
}

// opened returns the object that an answer has, or the range of it.
func opened(r *http.Response, revision string, offset, length int64) (*store.Object, error) {
	h := r.Header
	o := &store.Object{Revision: h.Get("X-Goog-Generation"), Metadata: map[string]string{}}
	if o.Revision == "" || revision != "" && o.Revision != revision {
		return nil, fmt.Errorf("%w: it has generation %q of the object", errAnswer, o.Revision)
	}
	var start int64
	var err error
	if start, o.Size, err = extent(r); err != nil {
		return nil, err
	}
	want := max(o.Size-offset, 0)
	if length >= 0 {
		want = min(want, length)
	}
	came := r.ContentLength // -1: nobody says
	whole := r.StatusCode == http.StatusOK
	switch {
	case length == 0:
		came, whole = 0, false
	case start != offset, came >= 0 && came != want:
		return nil, fmt.Errorf("%w: it has %d bytes from %d on where %d from %d on were asked for", errAnswer, came, start, want, offset)
	}
	o.ModTime, _ = time.Parse(http.TimeFormat, h.Get("Last-Modified"))
	for name, values := range h {
		if key, ok := strings.CutPrefix(name, "X-Goog-Meta-"); ok {
			o.Metadata[strings.ToLower(key)] = values[0]
		}
	}
	body := &body{ReadCloser: r.Body, left: want}
	if sum, ok := checksum(h); ok && whole {
		body.compare, body.want = true, sum
	}
	o.ReadCloser = body
	return o, nil
}

// extent returns where in the object an answer begins, and the size of the whole
// object.
func extent(r *http.Response) (start, size int64, err error) {
	size, err = strconv.ParseInt(r.Header.Get("X-Goog-Stored-Content-Length"), 10, 64)
	if err != nil && r.StatusCode == http.StatusOK {
		size, err = r.ContentLength, nil
	}
	if r.StatusCode == http.StatusPartialContent {
		var end int64
		_, err = fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-%d/%d", &start, &end, &size)
	}
	if err != nil || size < 0 {
		return 0, 0, fmt.Errorf("%w: it does not say how large the object is", errAnswer)
	}
	return start, size, nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum finds the CRC32C of a whole object, which comes beside other hashes
// in one field or several.
func checksum(h http.Header) (uint32, bool) {
	for part := range strings.SplitSeq(strings.Join(h.Values("X-Goog-Hash"), ","), ",") {
		text, ok := strings.CutPrefix(strings.TrimSpace(part), "crc32c=")
		if !ok {
			continue
		}
		if sum, err := base64.StdEncoding.DecodeString(text); err == nil && len(sum) == crc32.Size {
			return binary.BigEndian.Uint32(sum), true
		}
	}
	return 0, false
}

// spellSum is the form that checksums have in the API.
func spellSum(sum uint32) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum))
}

// body is what comes of an object. It ends with an error unless all comes, and
// as the server keeps it.
type body struct {
	io.ReadCloser
	left    int64 // bytes
	compare bool
	want    uint32
	sum     uint32
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.compare {
		b.sum = crc32.Update(b.sum, castagnoli, p[:n])
	}
	switch {
	case b.left < 0, err == io.EOF && b.left > 0:
		return n, io.ErrUnexpectedEOF
	case err == io.EOF && b.compare && b.sum != b.want:
		return n, fmt.Errorf("CRC32C %08x where the server keeps %08x", b.sum, b.want)
	}
	return n, err
}
