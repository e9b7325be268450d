package store

import (
	"context"
	"io"
	"net/url"
	"sync"
	"time"

	"gocloud.dev/blob"
)

// A Cloud is one bucket of an object store, as a driver gives it to this
// package: what gocloud.dev has for all of them, and the conditions on writes
// that it has not. Its methods are safe for concurrent use. Keys are those of
// the whole bucket, spelled as the Bucket takes them.
type Cloud interface {
	// Bucket is used to list, to look at and to remove objects.
	Bucket() *blob.Bucket

	// Get opens an object, or length bytes of it from offset on; a negative
	// length means all that follow. If revision is not empty another state of
	// the object must not be read: the error is Missing or Changed then.
	Get(ctx context.Context, key, revision string, offset, length int64) (*Object, error)

	// Put writes an object that is at hand, if the condition holds. It sends one
	// request, once: the caller decides what to do when the answer is lost.
	Put(ctx context.Context, key string, data []byte, c Condition) error

	// Upload begins an object of unknown size. What it sends may be sent again
	// when an answer is lost.
	Upload(ctx context.Context, key string, c Condition) (Upload, error)

	// Answer tells what a failed request came to, from an error of any method of
	// the Cloud or of its Bucket, and returns the error as it is to be shown.
	Answer(err error) (Answer, error)
}

// WritesKey is the name of the metadata that says which writes made an object.
// All clouds take it: it is a word in lower case.
const WritesKey = "lazyscribewrites"

// A Condition says which state of an object a write replaces.
type Condition struct {
	Revision string // of that state; "": there is no object yet
	Always   bool   // no condition: the server would not heed it
	Writes   string // goes into the object's metadata as WritesKey
	JSON     bool   // the object is a manifest, not an artifact

	MediaType string // of what is no manifest; "": bytes of any kind
}

// anyMedia is the media type of what nobody has said more of.
const anyMedia = "application/octet-stream"

// ContentType returns the media type of what is written.
func (c Condition) ContentType() string {
	switch {
	case c.JSON:
		return "application/json"
	case c.MediaType != "":
		return c.MediaType
	}
	return anyMedia
}

// An Object is an object that is being read.
type Object struct {
	io.ReadCloser
	Size     int64 // of the whole object, in bytes
	ModTime  time.Time
	Revision string            // of the state that is read
	Metadata map[string]string // of that state; the case of its keys is not to be trusted
}

// An Upload is an object on its way. It must be either committed or aborted,
// and abort ends it whatever came before; it is not safe for concurrent use.
type Upload interface {
	io.Writer
	Commit(ctx context.Context) error // the object appears, whole
	Abort()                           // nothing is left
}

// Answer is what a failed request came to.
type Answer int

// The answers. Whatever is not known to be another one is Unclear.
const (
	Unclear Answer = iota // lost, or the server failed: it may have been done
	Changed               // not done, as the condition does not hold
	Missing               // not done, as there is no such object
	Refused               // not done, nor would it be another time
)

// schemes are the clouds whose drivers are in the program.
var schemes struct {
	sync.Mutex
	open map[string]func(ctx context.Context, bucket string, query url.Values) (Cloud, error)
}

// Register makes URLs of a scheme known. Drivers call it when the program
// starts.
func Register(scheme string, open func(ctx context.Context, bucket string, query url.Values) (Cloud, error)) {
	schemes.Lock()
	defer schemes.Unlock()
	if schemes.open == nil {
		schemes.open = map[string]func(context.Context, string, url.Values) (Cloud, error){}
	}
	schemes.open[scheme] = open
}
