package shelf_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// meter stands before a server and counts the bytes of objects that it sends.
type meter struct {
	sent atomic.Int64
	asks atomic.Int64
}

// newMeter starts a server of S3 with a meter, and returns the URL of a folder.
func newMeter(t *testing.T) (m *meter, folder string) {
	t.Helper()
	server := servers.FakeS3(t, nil)
	target, err := url.Parse(server.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	m = new(meter)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error {
		if r.Request.Method == http.MethodGet {
			r.Body = counted{r.Body, &m.sent}
		}
		return nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	front := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.asks.Add(1)
		proxy.ServeHTTP(w, r)
	})}
	go func() { _ = front.Serve(l) }() // ends with Close
	t.Cleanup(func() { _ = front.Close() })
	folder = serverFolder(server)
	through := strings.Replace(folder, url.QueryEscape(target.Host), url.QueryEscape(l.Addr().String()), 1)
	if through = strings.Replace(through, target.Host, l.Addr().String(), 1); through == folder {
		t.Fatalf("the URL %s does not name the server %s", folder, target.Host)
	}
	return m, through
}

type counted struct {
	io.ReadCloser
	n *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// during returns what the meter counts while do runs.
func (m *meter) during(do func()) (bytes, asks int64) {
	b, a := m.sent.Load(), m.asks.Load()
	do()
	return m.sent.Load() - b, m.asks.Load() - a
}

const large = 5 << 20 // bytes, far more than a manifest has

func largeBook(c byte) book { return book{"text": string(bytes.Repeat([]byte{c}, large))} }

// smallManifest is more than the manifest of a largeBook has, in bytes.
const smallManifest = 2000

func TestCacheWholeFile(t *testing.T) {
	m, folder := newMeter(t)
	dir := t.TempDir()
	registry := newRegistry(t)
	s := shelf.New(&shelf.Options{Registry: registry, Cache: &shelf.Cache{Dir: dir}})
	elsewhere := shelf.New(&shelf.Options{Registry: registry})
	for _, c := range []struct {
		name string
		put  func(char byte)
		get  func() byte // of the value
	}{
		{"several", func(char byte) { mustPut(t, elsewhere, at(folder, "novel"), largeBook(char)) },
			func() byte { return mustGet[book](t, s, at(folder, "novel"))["text"][large-1] }},
		{"one", func(char byte) {
			mustPut(t, elsewhere, at(folder, "n"), named{Name: strings.Repeat(string(char), large)})
		},
			func() byte { return mustGet[named](t, s, at(folder, "n")).Name[large-1] }},
		{"plain", func(char byte) {
			overwrite(t, folder, "theirs", `{"Name": "`+strings.Repeat(string(char), large)+`"}`)
		},
			func() byte { return mustGet[named](t, s, at(folder, "theirs")).Name[large-1] }},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := byte('a')
			get := func() {
				t.Helper()
				if got := c.get(); got != want {
					t.Errorf("got %c, want %c", got, want)
				}
			}
			c.put(want)
			if sent, _ := m.during(get); sent < large || sent > large+smallManifest {
				t.Errorf("first get: %d bytes", sent)
			}
			if sent, _ := m.during(get); sent > smallManifest {
				t.Errorf("second get: %d bytes", sent)
			}
			want = 'b'
			c.put(want)
			if sent, _ := m.during(get); sent < large {
				t.Errorf("after a change: %d bytes", sent)
			}
			// A byte that the disk changes is not believed.
			damaged := flip(t, filepath.Join(dir, "files"))
			if sent, _ := m.during(get); sent < large {
				t.Errorf("after damage of %d files: %d bytes", damaged, sent)
			}
			if sent, _ := m.during(get); sent > smallManifest {
				t.Errorf("after the damage was mended: %d bytes", sent)
			}
		})
	}
}

// flip changes a byte in the middle of each file below a folder.
func flip(t *testing.T, dir string) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		data[len(data)/2] ^= 1
		files++
		return os.WriteFile(path, data, 0o600)
	})
	if err != nil || files == 0 {
		t.Fatalf("damaged %d files: %v", files, err)
	}
	return files
}

func TestCacheSimple(t *testing.T) {
	m, folder := newMeter(t)
	now := time.Now()
	dir := t.TempDir()
	registry := newRegistry(t)
	s := shelf.New(&shelf.Options{
		Registry: registry, Now: func() time.Time { return now },
		Cache: &shelf.Cache{Dir: dir, Mode: shelf.Simple, MaxAge: time.Hour},
	})
	elsewhere := shelf.New(&shelf.Options{Registry: registry})
	url := at(folder, "novel")
	mustPut(t, elsewhere, url, largeBook('a'))
	want := largeBook('a')
	get := func() {
		t.Helper()
		if got := mustGet[book](t, s, url); !cmp.Equal(got, want) {
			t.Errorf("got another value, %c", got["text"][0])
		}
	}
	if sent, _ := m.during(get); sent < large {
		t.Errorf("first get: %d bytes", sent)
	}
	if sent, asks := m.during(get); sent != 0 || asks != 0 {
		t.Errorf("second get: %d bytes, %d requests", sent, asks)
	}
	mustPut(t, elsewhere, url, largeBook('b'))
	if _, asks := m.during(get); asks != 0 {
		t.Errorf("after a change elsewhere: %d requests", asks)
	}
	// What is kept is gone, and so is what the manifest names.
	if err := os.RemoveAll(filepath.Join(dir, "files")); err != nil {
		t.Fatal(err)
	}
	want = largeBook('b')
	get()
	mustPut(t, elsewhere, url, largeBook('c'))
	now = now.Add(2 * time.Hour)
	want = largeBook('c')
	if _, asks := m.during(get); asks == 0 {
		t.Error("after MaxAge nothing was asked for")
	}
	mustPut(t, s, url, largeBook('d'))
	want = largeBook('d')
	get()
	if err := s.Remove(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	if _, err := shelf.Get[book](t.Context(), s, url, nil); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("after Remove: %v", err)
	}
}

// slice is a kind that reads a few bytes in the middle of a file.
type slice struct{ text string }

const sliceAt = large/2 + 17

func TestCacheBlock(t *testing.T) {
	m, folder := newMeter(t)
	dir := t.TempDir()
	registry := newRegistry(t)
	shelf.MustRegister(registry, shelf.Kind[slice]{
		Format:  artifacts.Format{Alias: "slice"},
		Several: true,
		Write:   func(_ context.Context, out shelf.Out, s slice) error { return writeFile(out, "text", s.text) },
		Read: func(_ context.Context, in shelf.In) (slice, error) {
			f, err := in.Open("text")
			if err != nil {
				return slice{}, err
			}
			at, ok := f.(io.ReaderAt)
			if !ok {
				return slice{}, fmt.Errorf("%T cannot be read at any place", f)
			}
			p := make([]byte, 10)
			_, err = at.ReadAt(p, sliceAt)
			return slice{string(p)}, err
		},
	}, nil)
	s := shelf.New(&shelf.Options{Registry: registry, Cache: &shelf.Cache{Dir: dir, Mode: shelf.Block}})
	url := at(folder, "x")
	text := strings.Repeat("0123456789", large/10)
	mustPut(t, s, url, slice{text})
	get := func() {
		t.Helper()
		if got := mustGet[slice](t, s, url).text; got != text[sliceAt:sliceAt+10] {
			t.Errorf("got %q", got)
		}
	}
	const block = 1 << 20
	if sent, _ := m.during(get); sent < block || sent > block+smallManifest {
		t.Errorf("first get: %d bytes", sent)
	}
	if sent, _ := m.during(get); sent > smallManifest {
		t.Errorf("second get: %d bytes", sent)
	}
	flip(t, filepath.Join(dir, "blocks"))
	if sent, _ := m.during(get); sent < block {
		t.Errorf("after damage: %d bytes", sent)
	}
	// The whole, by a handler that knows nothing of places.
	mustPut(t, s, at(folder, "n"), named{Name: text})
	for range 2 {
		if got := mustGet[named](t, s, at(folder, "n")).Name; got != text {
			t.Error("the whole is another text")
		}
	}
	if sent, _ := m.during(func() { mustGet[named](t, s, at(folder, "n")) }); sent > smallManifest {
		t.Errorf("third get of the whole: %d bytes", sent)
	}
}

func TestCacheMaxBytes(t *testing.T) {
	for _, size := range []int{1000, 40} {
		checkMaxBytes(t, size)
	}
}

// checkMaxBytes gets 10,000 bytes in files of a size through a cache of 3,500.
func checkMaxBytes(t *testing.T, size int) {
	t.Helper()
	folder, dir := t.TempDir(), t.TempDir()
	registry := newRegistry(t)
	s := shelf.New(&shelf.Options{Registry: registry, NoSync: true, Cache: &shelf.Cache{Dir: dir, MaxBytes: 3500}})
	last := 10_000/size - 1
	for i := range last + 1 {
		text := strings.Repeat(fmt.Sprintf("%4d", i), size/4)
		url := filepath.Join(folder, fmt.Sprint(i))
		mustPut(t, s, url, book{"text": text})
		mustGet[book](t, s, url)
	}
	var total int64
	newest := false
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		total += int64(len(data))
		newest = newest || bytes.HasPrefix(data, fmt.Appendf(nil, "%4d", last))
		return err
	})
	if err != nil || total > 3500 || total < 2000 || !newest {
		t.Errorf("files of %d bytes: %d bytes are kept, the newest file %t: %v", size, total, newest, err)
	}
}

// A cache that cannot keep anything is none.
func TestCacheCannotKeep(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []shelf.CacheMode{shelf.WholeFile, shelf.Simple, shelf.Block} {
		s := shelf.New(&shelf.Options{Registry: newRegistry(t), Cache: &shelf.Cache{Dir: filepath.Join(file, "cache"), Mode: mode}})
		url := filepath.Join(t.TempDir(), "x")
		mustPut(t, s, url, point{1, 2})
		for range 2 {
			if got := mustGet[point](t, s, url); got != (point{1, 2}) {
				t.Errorf("mode %d: got %v", mode, got)
			}
		}
	}
}
