package dirblob

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gocloud.dev/blob/driver"
	"gocloud.dev/blob/drivertest"
)

func TestDriver(t *testing.T) {
	// Files have no content type, no metadata and no digest beside them.
	without := []string{"TestAttributes", "TestMetadata/", "TestWrite/write_with_explicit_ContentType", "_a_ContentType", "TestWrite/ContentType"}
	drivertest.RunConformanceTests(t, func(_ context.Context, t *testing.T) (drivertest.Harness, error) {
		for _, name := range without {
			if strings.Contains(t.Name(), name) {
				t.Skip("local files keep no metadata")
			}
		}
		return &harness{dir: t.TempDir()}, nil
	}, nil)
}

type harness struct{ dir string }

func (h *harness) MakeDriver(context.Context) (driver.Bucket, error) {
	return escaping{newBucket(New(h.dir, nil))}, nil
}

func (h *harness) MakeDriverForNonexistentBucket(context.Context) (driver.Bucket, error) {
	return nil, nil // skips TestNonexistentBucket: a folder that is missing is an empty bucket
}

func (h *harness) HTTPClient() *http.Client         { return nil }
func (h *harness) SupportsCopy() bool               { return true }
func (h *harness) SupportsNonSlashDelimiters() bool { return true }
func (h *harness) Close()                           {}

// escaping lets keys be any text, as the suite wants them, by writing what
// cannot be in a file name as %xx. The driver itself refuses such keys.
type escaping struct{ *bucket }

func escape(key string) string {
	var b strings.Builder
	for i := range len(key) {
		c := key[i]
		plain := c > ' ' && c < 0x7f && c != '%' && c != '\\' && c != '.' && c != ':'
		if c == '/' {
			// Neither an empty element nor one at an end is a file name.
			plain = i > 0 && i < len(key)-1 && key[i-1] != '/' && key[i+1] != '/'
		}
		if plain {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	return b.String()
}

func unescape(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] == '%' {
			c, err := strconv.ParseUint(name[i+1:i+3], 16, 8)
			if err != nil {
				panic(err)
			}
			b.WriteByte(byte(c))
			i += 2
		} else {
			b.WriteByte(name[i])
		}
	}
	return b.String()
}

func (e escaping) Attributes(ctx context.Context, key string) (*driver.Attributes, error) {
	return e.bucket.Attributes(ctx, escape(key))
}

func (e escaping) NewRangeReader(ctx context.Context, key string, offset, length int64, o *driver.ReaderOptions) (driver.Reader, error) {
	return e.bucket.NewRangeReader(ctx, escape(key), offset, length, o)
}

func (e escaping) NewTypedWriter(ctx context.Context, key, contentType string, o *driver.WriterOptions) (driver.Writer, error) {
	return e.bucket.NewTypedWriter(ctx, escape(key), contentType, o)
}

func (e escaping) Copy(ctx context.Context, dst, src string, o *driver.CopyOptions) error {
	return e.bucket.Copy(ctx, escape(dst), escape(src), o)
}

func (e escaping) Delete(ctx context.Context, key string, o *driver.DeleteOptions) error {
	return e.bucket.Delete(ctx, escape(key), o)
}

// ListPaged escapes the prefix and the delimiter, which a slash at the end of a
// prefix must survive.
func (e escaping) ListPaged(ctx context.Context, o *driver.ListOptions) (*driver.ListPage, error) {
	in := *o
	in.Prefix = strings.TrimSuffix(escape(o.Prefix+"x"), "x")
	if o.Delimiter != "/" {
		in.Delimiter = escape(o.Delimiter)
	}
	page, err := e.bucket.ListPaged(ctx, &in)
	if err != nil {
		return nil, err
	}
	for _, obj := range page.Objects {
		obj.Key = unescape(obj.Key)
	}
	slices.SortFunc(page.Objects, func(a, b *driver.ListObject) int { return cmp.Compare(a.Key, b.Key) })
	return page, nil
}
