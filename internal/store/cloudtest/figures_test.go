package cloudtest

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"

	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
)

const (
	figuresSize   = 1 << 30 // bytes
	figuresRounds = 3
	memoryBound   = 64 << 20 // bytes
)

// TestFigures sends and fetches a file of 1 GiB in turns with the SDK's own
// transfer manager, over one server, and prints the medians. What our side takes
// of memory is bounded. Ours takes the SHA-256 besides.
func TestFigures(t *testing.T) {
	if os.Getenv("LAZYSCRIBE_LONG") == "" {
		t.Skip("sends gigabytes; LAZYSCRIBE_LONG=1 asks for it")
	}
	server := servers.VersityGW(t, nil)
	name := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(name, make([]byte, figuresSize), 0o666); err != nil {
		t.Fatal(err)
	}
	s := open(t, fresh(server), nil)
	manager := transfermanager.New(client(t, server))
	whole := func(key string) *string {
		key = strings.TrimPrefix(s.URL(key), "s3://"+server.Bucket+"/")
		return &key
	}
	upload := func(key string, body io.Reader) error {
		_, err := manager.UploadObject(t.Context(), &transfermanager.UploadObjectInput{Bucket: &server.Bucket, Key: whole(key), Body: body})
		return err
	}
	ways := []struct {
		name string
		ours bool
		do   func(key string, f *os.File) error
	}{
		{"up, store", true, func(key string, f *os.File) error {
			_, err := s.Create(t.Context(), key, func(w io.Writer) error {
				_, err := io.Copy(w, f)
				return err
			})
			return err
		}},
		{"down, store", true, func(string, *os.File) error {
			f, err := s.Open(t.Context(), "0 up, store")
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = io.Copy(io.Discard, f)
			return err
		}},
		{"up, SDK, stream", false, func(key string, f *os.File) error { return upload(key, struct{ io.Reader }{f}) }},
		{"up, SDK, file", false, func(key string, f *os.File) error { return upload(key, f) }},
		{"down, SDK", false, func(string, *os.File) error {
			_, err := manager.DownloadObject(t.Context(), &transfermanager.DownloadObjectInput{
				Bucket: &server.Bucket, Key: whole("0 up, store"), WriterAt: nowhere{},
			})
			return err
		}},
	}
	took := map[string][]time.Duration{}
	for round := range figuresRounds {
		for _, way := range ways {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			debug.FreeOSMemory()
			before := memory(t, "VmRSS")
			start := time.Now()
			key := fmt.Sprint(round, " ", way.name)
			if err := way.do(key, f); err != nil {
				t.Fatal(err)
			}
			took[way.name] = append(took[way.name], time.Since(start))
			grown := memory(t, "VmHWM") - before
			t.Logf("%-16s %6.0f MB/s, %d MiB more memory", way.name, figuresSize/1e6/time.Since(start).Seconds(), grown>>20)
			if way.ours && grown > memoryBound {
				t.Errorf("%s took %d MiB of memory", way.name, grown>>20)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if round > 0 && strings.HasPrefix(way.name, "up") {
				_ = s.Remove(t.Context(), key) // the disk need not hold them all
			}
		}
	}
	for _, way := range ways {
		slices.Sort(took[way.name])
		t.Logf("median %-16s %6.0f MB/s", way.name, figuresSize/1e6/took[way.name][figuresRounds/2].Seconds())
	}
}

// nowhere takes what is written to it.
type nowhere struct{}

func (nowhere) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }

// memory returns a line of /proc/self/status in bytes. Asked for what is resident
// it also has the system forget the peak.
func memory(t *testing.T, what string) int64 {
	t.Helper()
	if what == "VmRSS" {
		if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200); err != nil {
			t.Skip("the system does not tell the peak of memory: ", err)
		}
	}
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var kib int64
		if _, err := fmt.Sscanf(line, what+": %d kB", &kib); err == nil {
			return kib << 10
		}
	}
	t.Fatalf("no %s", what)
	return 0
}
