package process

import (
	"fmt"
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"plain", "plain"},
		{"  é 漢\u00a0字 ", "é 漢\u00a0字"},
		{"two\nlines\tand\ra bell\a", "two lines anda bell"},
		{"\x1b[31mred\x1b[0m", "[31mred[0m"},
		{"\x9b31m \u202egnirts\u2066", "?31m gnirts"},
		{"bad \xff\xfe utf-8", "bad ? utf-8"},
		{"zero\x00width\u200b", "zerowidth"},
		{"", ""},
	} {
		if got := Line(test.in); got != test.want {
			t.Errorf("Line(%q) = %q, want %q", test.in, got, test.want)
		}
	}
	for n := range 6 {
		long := strings.Repeat("x", n) + strings.Repeat("漢", 2000)
		if got := Line(long); len(got) > maxText+3 || len(got) < maxText-3 || strings.Contains(got, "?") || !strings.HasSuffix(got, "...") {
			t.Errorf("a text of %d bytes: %d bytes, ends in %q", len(long), len(got), got[len(got)-6:])
		}
	}
	if got := Text("a\n\tb\r\n"); got != "a\n\tb" {
		t.Errorf("Text: %q", got)
	}
}

func TestTail(t *testing.T) {
	var tail tail
	add := func(format string, a ...any) { tail.add(fmt.Appendf(nil, format, a...)) }
	add("one")
	add("two")
	if got := tail.String(); got != "one\ntwo\n" {
		t.Errorf("got %q", got)
	}
	for i := range 10_000 {
		add("line %d", i)
	}
	got := tail.String()
	if len(got) != tailSize || !strings.HasSuffix(got, "line 9998\nline 9999\n") {
		t.Errorf("%d bytes, end in %q", len(got), got[len(got)-20:])
	}
	// The beginning of a crash stays, however long its stack trace is.
	add("panic: boom")
	for i := range 10_000 {
		add("frame %d", i)
	}
	got = tail.String()
	if !strings.HasPrefix(got, "panic: boom\nframe 0\n") || !strings.HasSuffix(got, "frame 9999\n") || len(got) > headSize+tailSize+10 {
		t.Errorf("%d bytes, from %q to %q", len(got), got[:20], got[len(got)-20:])
	}
}

// TestTailShort: what is near the end is there once.
func TestTailShort(t *testing.T) {
	var tail tail
	for _, line := range []string{"before", "panic: boom", "goroutine 1"} {
		tail.add([]byte(line))
	}
	if got := tail.String(); got != "before\npanic: boom\ngoroutine 1\n" {
		t.Errorf("got %q", got)
	}
}

func TestTelling(t *testing.T) {
	for _, test := range []struct{ name, output, want string }{
		{"nothing", "", ""},
		{"last line", "loading\ncannot open libfoo.so\n", "cannot open libfoo.so"},
		{"panic", "noise\npanic: boom\n\ngoroutine 1 [running]:\nmain.main()\n", "panic: boom"},
		{"out of memory", "fatal error: runtime: out of memory\n\nruntime stack:\n", "fatal error: runtime: out of memory"},
		{"Python", "Traceback (most recent call last):\n  File \"x\", line 1\nValueError: no\n", "ValueError: no"},
		{"hclog", `{"@level":"error","@message":"plugin init error","error":"bind: invalid argument"}` + "\n" + `{"@level":"debug","@message":"bye"}`, "plugin init error bind: invalid argument"},
		{"slog", `{"time":"2025-01-01T00:00:00Z","level":"WARN","msg":"low memory"}`, "low memory"},
		{"quiet log", `{"level":"INFO","msg":"hello"}`, ""},
		{"other JSON", `{"a": 1}`, `{"a": 1}`},
		{"control characters", "bad\x1b[2Jness", "bad[2Jness"},
	} {
		if got := Telling(test.output); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
