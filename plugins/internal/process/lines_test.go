package process

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// logLines writes p in pieces of n bytes, and returns what came into the log.
func logLines(p string, n int) (log, output string) {
	var b bytes.Buffer
	tail := new(tail)
	l := &lines{stream: "stderr", tail: tail, log: slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{
		Level: slog.LevelDebug - 4,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))}
	for len(p) > 0 {
		k := min(n, len(p))
		l.Write([]byte(p[:k]))
		p = p[k:]
	}
	l.flush()
	return b.String(), tail.String()
}

func TestLines(t *testing.T) {
	const in = "plain\r\n\npanic: boom\x1b\n" +
		`{"@level":"warn","@message":"low","@module":"m","n":1,"@timestamp":"t"}` + "\n" +
		`{"level":"INFO","msg":"hi\u0007","time":"t"}` + "\n" +
		`{"level":"LOUD","msg":"odd"}` + "\n" + `{"@level":"trace","@message":"deep"}` + "\nno end"
	want := []string{
		`level=DEBUG msg=plain stream=stderr`,
		`level=ERROR msg="panic: boom" stream=stderr`,
		`level=WARN msg=low module=m n=1`,
		`level=INFO msg=hi`,
		`level=INFO msg=odd`,
		`level=DEBUG-4 msg=deep`,
		`level=DEBUG msg="no end" stream=stderr`,
	}
	for _, n := range []int{1, 7, 1000} {
		log, output := logLines(in, n)
		if diff := cmp.Diff(want, strings.Split(strings.TrimSpace(log), "\n")); diff != "" {
			t.Errorf("pieces of %d (-want +got):\n%s", n, diff)
		}
		if !strings.HasPrefix(output, "plain\n\npanic: boom\n") || !strings.HasSuffix(output, "no end\n") {
			t.Errorf("pieces of %d: output %q", n, output)
		}
	}
}

// TestLongLines: a line without end is passed on in pieces, and nothing of it
// is lost.
func TestLongLines(t *testing.T) {
	for _, n := range []int{1000, maxLine, 3 * maxLine} {
		log, _ := logLines(strings.Repeat("x", 5*maxLine/2)+"\nend\n", n)
		lines := strings.Split(strings.TrimSpace(log), "\n")
		if len(lines) != 4 || !strings.HasPrefix(lines[0], "level=DEBUG msg=xxx") || lines[3] != "level=DEBUG msg=end stream=stderr" {
			t.Errorf("pieces of %d: %d lines", n, len(lines))
		}
	}
}
