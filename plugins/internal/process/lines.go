package process

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/go-hclog"
)

// maxLine is how much of a line is kept together, in bytes.
const maxLine = 64 << 10

// lines is a writer that passes each line on: to the log, and if there is one,
// to the tail. Lines longer than maxLine come in pieces. It never fails and
// never waits: a process that prints must not be held up by who listens.
type lines struct {
	stream string // "stdout" or "stderr", for the log
	log    *slog.Logger
	tail   *tail // may be nil

	mu   sync.Mutex
	rest []byte // of a line whose end is still to come
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for rest := p; len(rest) > 0; {
		end := bytes.IndexByte(rest, '\n')
		switch {
		case end >= 0 && len(l.rest)+end <= maxLine:
			l.line(append(l.rest, rest[:end]...))
			l.rest, rest = l.rest[:0], rest[end+1:]
		case len(l.rest)+len(rest) <= maxLine:
			l.rest, rest = append(l.rest, rest...), nil
		default:
			room := maxLine - len(l.rest)
			l.line(append(l.rest, rest[:room]...))
			l.rest, rest = l.rest[:0], rest[room:]
		}
	}
	return len(p), nil
}

// flush passes on a last line without an end.
func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rest) > 0 {
		l.line(l.rest)
		l.rest = l.rest[:0]
	}
}

func (l *lines) line(line []byte) {
	line = bytes.TrimRight(line, "\r")
	if l.tail != nil {
		l.tail.add(line)
	}
	record, ok := parseRecord(line)
	if !ok {
		// What was not meant for a log is of interest only to who looks closely,
		// but for the end of a process.
		level := slog.LevelDebug
		if tells(string(line)) {
			level = slog.LevelError
		}
		if l.log.Enabled(context.Background(), level) && len(line) > 0 {
			l.log.Log(context.Background(), level, Line(string(line)), "stream", l.stream)
		}
		return
	}
	level, known := levels[record.level]
	if !known {
		level = slog.LevelInfo
	}
	if !l.log.Enabled(context.Background(), level) {
		return
	}
	var attrs []slog.Attr
	for _, key := range slices.Sorted(maps.Keys(record.attrs)) {
		value := record.attrs[key]
		if s, ok := value.(string); ok {
			value = Text(s)
		}
		attrs = append(attrs, slog.Any(Line(strings.TrimPrefix(key, "@")), value))
	}
	l.log.LogAttrs(context.Background(), level, Line(record.message), attrs...)
}

var levels = map[string]slog.Level{
	"trace": slog.LevelDebug - 4,
	"debug": slog.LevelDebug,
	"info":  slog.LevelInfo,
	"warn":  slog.LevelWarn,
	"error": slog.LevelError,
}

// sink passes what go-plugin itself has to say on to the log, as details: the
// errors of calls say what matters to others.
type sink struct{ log *slog.Logger }

func (s sink) Accept(name string, level hclog.Level, message string, args ...any) {
	to := slog.LevelDebug
	if level == hclog.Trace {
		to = levels["trace"]
	}
	s.log.Log(context.Background(), to, "go-plugin: "+message, args...)
}

func hclogger(log *slog.Logger) hclog.Logger {
	l := hclog.NewInterceptLogger(&hclog.LoggerOptions{Level: hclog.Off})
	l.RegisterSink(sink{log})
	return l
}
