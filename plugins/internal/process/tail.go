package process

import (
	"encoding/json"
	"strings"
	"sync"
)

const (
	tailSize = 16 << 10 // bytes kept of the end of the output
	headSize = 4 << 10  // bytes kept from where a crash begins to tell about itself
)

// tellings begin the lines with which runtimes begin to tell why they end. The
// stack traces after them may be longer than the end that is kept.
var tellings = []string{"panic: ", "fatal error: ", "Traceback (most recent call last)", "SIGSEGV", "runtime: out of memory"}

// A tail keeps the end of what a process printed, and the place where a crash
// began to tell about itself.
type tail struct {
	mu      sync.Mutex
	last    []byte
	head    []byte
	dropped int // bytes of the output that are no longer in last
	at      int // place of head in the output
}

func (t *tail) add(line []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.head == nil && tells(string(line)) {
		t.at = t.dropped + len(t.last)
		t.head = make([]byte, 0, headSize)
	}
	if t.head != nil && len(t.head) < headSize {
		t.head = append(t.head, line[:min(len(line), headSize-len(t.head))]...)
		if len(t.head) < headSize {
			t.head = append(t.head, '\n')
		}
	}
	t.last = append(append(t.last, line...), '\n')
	// Cutting at twice the size makes the copying cheap.
	if len(t.last) > 2*tailSize {
		cut := len(t.last) - tailSize
		t.last = append(t.last[:0], t.last[cut:]...)
		t.dropped += cut
	}
}

// String returns what was kept, without control characters.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	last, dropped := t.last, t.dropped
	if cut := len(last) - tailSize; cut > 0 {
		last, dropped = last[cut:], dropped+cut
	}
	// The head is in the end still, unless much was printed after it.
	if t.head == nil || t.at >= dropped {
		return printable(string(last))
	}
	return printable(strings.TrimSuffix(string(t.head), "\n") + "\n...\n" + string(last))
}

func tells(line string) bool {
	for _, t := range tellings {
		if strings.HasPrefix(line, t) {
			return true
		}
	}
	return false
}

// Telling returns the line of a process's output that says most about its end:
// where Go begins to tell about a crash, else the last line, which is where
// Python says what was raised. Records of a log count if they warn.
func Telling(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	for _, line := range lines {
		if tells(line) && !strings.HasPrefix(line, "Traceback") {
			return Line(line)
		}
	}
	for i := len(lines) - 1; i >= 0; i-- {
		record, ok := parseRecord([]byte(lines[i]))
		switch {
		case !ok:
			return Line(lines[i])
		case record.serious():
			return Line(strings.TrimSpace(record.message + " " + record.text("error")))
		}
	}
	return ""
}

// A record is a line of a log in JSON, as hclog or slog write it.
type record struct {
	level, message string
	attrs          map[string]any
}

func parseRecord(line []byte) (record, bool) {
	if len(line) == 0 || line[0] != '{' {
		return record{}, false
	}
	var r record
	if err := json.Unmarshal(line, &r.attrs); err != nil {
		return record{}, false
	}
	for _, names := range [...][3]string{{"@level", "@message", "@timestamp"}, {"level", "msg", "time"}} {
		level, ok := r.attrs[names[0]].(string)
		if !ok {
			continue
		}
		r.level, r.message = strings.ToLower(level), r.text(names[1])
		for _, name := range names {
			delete(r.attrs, name)
		}
		return r, true
	}
	return record{}, false
}

func (r record) text(key string) string {
	s, _ := r.attrs[key].(string)
	return s
}

func (r record) serious() bool { return r.level == "warn" || r.level == "error" }
