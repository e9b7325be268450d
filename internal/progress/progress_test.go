package progress

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestMeter(t *testing.T) {
	var told []artifacts.Progress
	m := Start("copy", func(p artifacts.Progress) { told = append(told, p) })
	m.Expect(2, 10)
	m.Expect(1, 5)
	var out bytes.Buffer
	if _, err := io.Copy(m.Writer(&out), m.Reader(strings.NewReader("abcde"))); err != nil || out.String() != "abcde" {
		t.Fatalf("copied %q, %v", out.String(), err)
	}
	m.File()
	m.Bytes(2)
	m.End()
	last := artifacts.Progress{Operation: "copy", Files: 1, TotalFiles: 3, Bytes: 12, TotalBytes: 15, Done: true}
	if diff := cmp.Diff(last, told[len(told)-1]); diff != "" {
		t.Errorf("at the end (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(artifacts.Progress{Operation: "copy"}, told[0]); diff != "" {
		t.Errorf("at the beginning (-want +got):\n%s", diff)
	}
}

// Nobody is told more often than is of use, and everybody of the end.
func TestMeterThrottles(t *testing.T) {
	told, done := 0, 0
	m := Start("save", func(p artifacts.Progress) {
		told++
		if p.Done {
			done++
		}
	})
	m.last = time.Now().Add(time.Hour) // it is never time again
	for range 1000 {
		m.Bytes(1)
	}
	if told != 1 || done != 0 {
		t.Errorf("told %d times, want only of the beginning", told)
	}
	m.last = time.Time{}
	m.Bytes(1)
	if told != 2 {
		t.Errorf("told %d times, want 2", told)
	}
	m.last = time.Now().Add(time.Hour)
	m.End()
	if told != 3 || done != 1 || m.now.Bytes != 1001 {
		t.Errorf("told %d times, %d of the end, %d bytes", told, done, m.now.Bytes)
	}
}

func TestMeterNil(t *testing.T) {
	m := Start("save", nil)
	if m != nil {
		t.Fatal("a meter nobody watches")
	}
	m.Expect(1, 1)
	m.Bytes(1)
	m.File()
	m.End()
	r, w := strings.NewReader("x"), io.Discard
	if m.Reader(r) != io.Reader(r) || m.Writer(w) != w {
		t.Error("something stands in between")
	}
}
