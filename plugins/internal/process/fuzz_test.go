package process

import (
	"bufio"
	"io"
	"log/slog"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzOutput: whatever a process prints, what is shown of it is printable and
// bounded.
func FuzzOutput(f *testing.F) {
	f.Add("plain\n")
	f.Add("panic: boom\x1b[31m\ngoroutine 1 [running]:\n")
	f.Add(`{"@level":"error","@message":"a\u0000b","error":{"x":1}}` + "\n" + `{"level":5}`)
	f.Add("{\n\xff\xfe\u202e\r\n" + strings.Repeat("x", 3000))
	f.Add("Traceback (most recent call last):\n  x\nE: y")
	f.Fuzz(func(t *testing.T, printed string) {
		var log strings.Builder
		tail := new(tail)
		l := &lines{stream: "stderr", tail: tail, log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 4}))}
		if n, err := l.Write([]byte(printed)); n != len(printed) || err != nil {
			t.Fatal(n, err)
		}
		l.flush()
		shown := Telling(tail.String())
		if len(shown) > maxText+3 || !utf8.ValidString(shown) || strings.ContainsFunc(shown, func(r rune) bool { return !unicode.IsGraphic(r) }) {
			t.Errorf("shows %q", shown)
		}
		if kept := tail.String(); len(kept) > tailSize+headSize+8 || !utf8.ValidString(kept) {
			t.Errorf("keeps %d bytes", len(kept))
		}
	})
}

// FuzzGreeting: go-plugin sees nothing, or one line that is a handshake.
func FuzzGreeting(f *testing.F) {
	f.Add("1|1|unix|/tmp/x|grpc|\nmore\n")
	f.Add("hello\n1|1|tcp|127.0.0.1:1|grpc|abc\r\n")
	f.Add("1|9|unix|/x|grpc|\n1|1|unix|/x|grpc|\n")
	f.Add("|||||\n\n\x00")
	f.Fuzz(func(t *testing.T, printed string) {
		var g greeting
		g.init()
		passed := make(chan string)
		go func() { text, _ := io.ReadAll(g.out); passed <- string(text) }()
		var noise strings.Builder
		g.find(bufio.NewReader(strings.NewReader(printed)), &noise)
		line := <-passed
		if line != "" && (!strings.HasPrefix(line, "1|1|") || strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n")) {
			t.Errorf("passed on %q", line)
		}
		if !strings.HasPrefix(printed, noise.String()) || !strings.Contains(printed, noise.String()+line) {
			t.Errorf("noise %q and line %q of %q", noise.String(), line, printed)
		}
	})
}
