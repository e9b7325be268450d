package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestWriteFile(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(text string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}
	}
	content := func() string {
		text, err := os.ReadFile("out")
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if err := writeFile("out", false, write("one")); err != nil {
		t.Fatal(err)
	}
	if err := writeFile("out", false, write("two")); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("second write: error %v", err)
	}
	if got := content(); got != "one" {
		t.Errorf("after a refused write: %q", got)
	}
	broken := errors.New("broken")
	err := writeFile("out", true, func(w io.Writer) error { return errors.Join(write("half")(w), broken) })
	if !errors.Is(err, broken) {
		t.Errorf("failed write: error %v", err)
	}
	if got := content(); got != "one" {
		t.Errorf("after a failed write: %q", got)
	}
	if err := writeFile("out", true, write("three")); err != nil {
		t.Fatal(err)
	}
	if got := content(); got != "three" {
		t.Errorf("after a forced write: %q", got)
	}
	if err := writeFile("no/folder", false, write("x")); err == nil || strings.Contains(err.Error(), "tmp") {
		t.Errorf("write into a missing folder: error %v", err)
	}
	left, err := os.ReadDir(".")
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestBytesText(t *testing.T) {
	tests := map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 1234: "1.2 kB", 9949: "9.9 kB", 9950: "10 kB", 99_999: "100 kB",
		999_499: "999 kB", 999_500: "1.0 MB", 1_500_000: "1.5 MB", 2_000_000_000: "2.0 GB", 1 << 62: "4.6 EB",
	}
	for n, want := range tests {
		if got := bytesText(n); got != want {
			t.Errorf("bytesText(%d) = %q, want %q", n, got, want)
		}
	}
}

// TestProgress: nothing in the first half second, then a bar, and a clean line
// at the end.
func TestProgress(t *testing.T) {
	var screen bytes.Buffer
	now := time.Unix(0, 0)
	p := &progress{w: &screen, label: "saving", now: func() time.Time { return now }, begun: now}
	p.add(0, 2000)
	now = now.Add(499 * time.Millisecond)
	p.add(500, 0)
	if screen.Len() > 0 {
		t.Errorf("drawn too early: %q", screen.String())
	}
	now = now.Add(time.Millisecond)
	p.add(500, 0)
	want := "\rsaving [" + strings.Repeat("#", 15) + strings.Repeat(".", 15) + "] 1.0 kB of 2.0 kB\x1b[K"
	if got := screen.String(); got != want {
		t.Errorf("drew %q, want %q", got, want)
	}
	screen.Reset()
	p.set(artifacts.Progress{Bytes: 1500, TotalBytes: 2000}) // too soon after
	if screen.Len() > 0 {
		t.Errorf("drawn too often: %q", screen.String())
	}
	p.end()
	if got := screen.String(); got != "\r\x1b[K" {
		t.Errorf("ended with %q", got)
	}
	screen.Reset()
	p.end()
	if screen.Len() > 0 {
		t.Errorf("cleaned up twice: %q", screen.String())
	}
}

// TestProgressNil: without a terminal there is none, and everything works.
func TestProgressNil(t *testing.T) {
	p := newApp().progress("x")
	if p != nil {
		t.Fatal("a progress without a terminal")
	}
	p.add(1, 2)
	r := io.NopCloser(strings.NewReader("abc"))
	text, err := io.ReadAll(p.counting(r))
	if err != nil || string(text) != "abc" {
		t.Errorf("read %q, %v", text, err)
	}
	p.end()
}

func TestProgressCounts(t *testing.T) {
	p := &progress{w: io.Discard, now: time.Now, begun: time.Now()}
	if _, err := io.ReadAll(p.counting(io.NopCloser(strings.NewReader("abcde")))); err != nil {
		t.Fatal(err)
	}
	if p.done != 5 {
		t.Errorf("counted %d bytes, want 5", p.done)
	}
}

func TestProgressText(t *testing.T) {
	half := "[" + strings.Repeat("#", 15) + strings.Repeat(".", 15) + "] "
	for _, test := range []struct {
		p    artifacts.Progress
		want string
	}{
		{artifacts.Progress{}, "0 B"},
		{artifacts.Progress{Bytes: 500}, "500 B"},
		{artifacts.Progress{Bytes: 500, TotalBytes: 1000}, half + "500 B of 1.0 kB"},
		{artifacts.Progress{Bytes: 500, TotalBytes: 1000, TotalFiles: 1}, half + "500 B of 1.0 kB"},
		{artifacts.Progress{Bytes: 500, TotalBytes: 1000, Files: 1, TotalFiles: 3}, half + "1 of 3 files, 500 B of 1.0 kB"},
		{artifacts.Progress{Bytes: 500, Files: 1, TotalFiles: 2}, half + "1 of 2 files, 500 B"},
		{artifacts.Progress{Bytes: 500, Files: 1}, "1 file, 500 B"},
		{artifacts.Progress{Bytes: 2000, TotalBytes: 1000}, "[" + strings.Repeat("#", 30) + "] 2.0 kB of 1.0 kB"},
	} {
		p := &progress{w: io.Discard, now: time.Now, begun: time.Now()}
		p.set(test.p)
		if got := p.text(); got != test.want {
			t.Errorf("%+v: got %q, want %q", test.p, got, test.want)
		}
	}
}
