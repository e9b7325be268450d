package sdk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A call that is cancelled ends the handler, whether it reads, writes or asks
// its context.
func TestCancellation(t *testing.T) {
	started, ended := make(chan string, 1), make(chan error, 1)
	waits := does{alias: "waits"}
	waits.encode = func(ctx context.Context, w io.Writer, value any) error {
		started <- "waits"
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	}
	reads := copies
	reads.Kind.Alias = "reads"
	reads.Write = func(_ context.Context, _ io.Writer, r io.Reader) error {
		started <- "reads"
		_, err := io.Copy(io.Discard, r)
		ended <- err
		return err
	}
	writes := copies
	writes.Kind.Alias = "writes"
	writes.Write = func(_ context.Context, w io.Writer, _ io.Reader) error {
		started <- "writes"
		for {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				ended <- err
				return err
			}
		}
	}
	c, _ := served(t, waits, reads, writes, copies)
	for alias, encoding := range map[string]pluginpb.Encoding{"waits": asCBOR, "reads": asRaw, "writes": asRaw} {
		ctx, cancel := context.WithCancel(t.Context())
		s, err := c.Encode(ctx)
		if err != nil {
			t.Fatal(err)
		}
		s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Begin{Begin: &pluginpb.Begin{Alias: alias, Encoding: encoding}}})
		if encoding == asCBOR {
			s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Data{Data: []byte{1}}})
			s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_End{End: &pluginpb.End{Bytes: 1}}})
		}
		<-started
		cancel()
		if err := <-ended; err == nil {
			t.Errorf("%s: the handler saw no error", alias)
		}
		for err == nil {
			_, err = s.Recv()
		}
		if status.Code(err) != codes.Canceled {
			t.Errorf("%s: the stream ends with %v", alias, err)
		}
	}
	encodeCall(t, c, &pluginpb.Begin{Alias: "copy", Encoding: asRaw}, upload{data: []byte("x")}).ok(t)
}

func TestProgress(t *testing.T) {
	slow := does{
		alias: "slow",
		encode: func(ctx context.Context, _ io.Writer, _ any) error {
			for range 100_000 {
				Progress(ctx)
			}
			return nil
		},
		decode: func(ctx context.Context, _ io.Reader, target any) error {
			done := make(chan bool)
			go func() { // a sign may come from anywhere, and before the value
				Progress(ctx)
				close(done)
			}()
			<-done
			return artifacts.Assign(target, 1)
		},
	}
	c, _ := served(t, slow)
	a := encodeCall(t, c, &pluginpb.Begin{Alias: "slow", Encoding: asCBOR}, upload{data: item(t, 1)})
	if a.ok(t); a.empty < 1 || a.empty > 100 {
		t.Errorf("100000 calls give %d signs of life", a.empty)
	}
	a = decodeCall(t, c, &pluginpb.Begin{Alias: "slow"}, upload{})
	if a.ok(t); a.empty != 1 || a.encoding != asCBOR {
		t.Errorf("%d signs of life, %v", a.empty, a.encoding)
	}
}

// A handler that keeps its reader and writer can do no harm with them.
func TestUseAfterTheCall(t *testing.T) {
	var reader io.Reader
	var writer io.Writer
	var ctx context.Context
	keeps := copies
	keeps.Write = func(c context.Context, w io.Writer, r io.Reader) error {
		ctx, reader, writer = c, r, w
		return BadValue("", "no")
	}
	c, _ := served(t, keeps)
	encodeCall(t, c, &pluginpb.Begin{Alias: "copy", Encoding: asRaw}, upload{data: make([]byte, 100)}).fails(t, pluginpb.Failure_CODE_BAD_VALUE)
	if _, err := reader.Read(make([]byte, 1)); err == nil {
		t.Error("the reader still reads")
	}
	if _, err := writer.Write(make([]byte, 1<<20)); err == nil {
		t.Error("the writer still writes")
	}
	Progress(ctx)
	if _, err := Spool(ctx, strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("Spool after the call gives %v", err)
	}
}

func TestSpool(t *testing.T) {
	var names []string
	zip := copies
	zip.Write = func(ctx context.Context, w io.Writer, r io.Reader) error {
		for _, in := range []io.Reader{r, nil, strings.NewReader("left open")} {
			f, err := Spool(ctx, in)
			if err != nil {
				return err
			}
			names = append(names, f.Name())
			if in == r {
				defer f.Close()
				end := make([]byte, 3)
				if _, err := f.ReadAt(end, f.Size()-3); err != nil {
					return err
				}
				if _, err := io.Copy(w, io.MultiReader(bytes.NewReader(end), f)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	zip.Read = func(ctx context.Context, r io.Reader) (io.Reader, error) {
		f, err := Spool(ctx, r)
		if err == nil {
			names = append(names, f.Name())
		}
		return f, err // read after Read returned, and closed by whoever reads it
	}
	c, s := served(t, zip)
	if got := encodeCall(t, c, &pluginpb.Begin{Alias: "copy", Encoding: asRaw}, upload{data: []byte("abcdef")}).ok(t); string(got) != "defabcdef" {
		t.Errorf("the file is %q", got)
	}
	if got := decodeCall(t, c, &pluginpb.Begin{Alias: "copy"}, upload{data: []byte("abcdef")}).ok(t); string(got) != "abcdef" {
		t.Errorf("the value is %q", got)
	}
	decodeCall(t, c, &pluginpb.Begin{Alias: "copy"}, upload{data: []byte("abcdef"), end: noEnd}).fails(t, pluginpb.Failure_CODE_CANCELED)
	if len(names) != 4 {
		t.Fatalf("%d files were spooled, want 4: that of an aborted stream must not be returned", len(names))
	}
	entries, err := os.ReadDir(s.spool.path)
	if err != nil || len(entries) > 0 {
		t.Errorf("after the calls there are %v, %v", entries, err)
	}
	s.spool.remove()
	if _, err := os.Stat(s.spool.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder stays: %v", err)
	}
	if f := encodeCall(t, c, &pluginpb.Begin{Alias: "copy", Encoding: asRaw}, upload{}).fails(t, pluginpb.Failure_CODE_INTERNAL); !strings.HasPrefix(f.Message, "spool: ") {
		t.Errorf("spooling when the process ends gives %q", f.Message)
	}
}

// The helpers work in a program that is no plugin.
func TestOutsideOfAPlugin(t *testing.T) {
	ctx := t.Context()
	Progress(ctx)
	Logger(ctx).Error("nobody sees this")
	if r := RecordedOf(ctx); r.Version != "" || r.Environment != nil {
		t.Errorf("recorded is %v", r)
	}
	f, err := Spool(ctx, strings.NewReader("text"))
	if err != nil {
		t.Fatal(err)
	}
	var _ artifacts.File = f
	if text, err := io.ReadAll(f); string(text) != "text" || err != nil || f.Size() != 4 {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if err := errors.Join(f.Close(), f.Close()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(f.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file stays: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Spool(cancelled, strings.NewReader("text")); !errors.Is(err, context.Canceled) {
		t.Errorf("Spool with a context that ended: %v", err)
	}
}

type picky struct {
	does
	recorded *Recorded
}

func (p picky) Environment(any) artifacts.Environment {
	return artifacts.Environment{"library": "2", "os": "any"}
}

func (p picky) ValidateEnvironment(recorded artifacts.Environment, _ any) error {
	if recorded["library"] != "2" {
		return &artifacts.EnvironmentError{Recorded: recorded, Current: artifacts.Environment{"library": "2"}}
	}
	return nil
}

func TestRecorded(t *testing.T) {
	p := picky{recorded: new(Recorded)}
	p.does = does{alias: "picky", decode: func(ctx context.Context, _ io.Reader, _ any) error {
		*p.recorded = RecordedOf(ctx)
		return nil
	}}
	c, _ := served(t, p)
	environment := map[string]string{"library": "2", "os": "other"}
	decodeCall(t, c, &pluginpb.Begin{Alias: "picky", FileVersion: "3", RecordedEnvironment: environment}, upload{}).ok(t)
	if p.recorded.Version != "3" || !maps.Equal(p.recorded.Environment, environment) {
		t.Errorf("the handler sees %v", p.recorded)
	}
	f := decodeCall(t, c, &pluginpb.Begin{Alias: "picky", RecordedEnvironment: map[string]string{"library": "1"}}, upload{}).fails(t, pluginpb.Failure_CODE_UNSUPPORTED)
	if !strings.Contains(f.Message, `library was "1", is "2"`) {
		t.Errorf("the message is %q", f.Message)
	}
	decodeCall(t, c, &pluginpb.Begin{Alias: "picky"}, upload{}).ok(t) // nothing is to be compared
}

// The lines of the log are what go-plugin takes apart.
func TestLogger(t *testing.T) {
	var log bytes.Buffer
	says := does{alias: "says", encode: func(ctx context.Context, _ io.Writer, _ any) error {
		Logger(ctx).Warn("slow", "rows", 5, slog.Group("g", "msg", "inner"))
		return nil
	}}
	c, s := served(t, says)
	s.logger = newLogger(&log)
	encodeCall(t, c, &pluginpb.Begin{Alias: "says", Encoding: asCBOR, ArtifactName: "metrics"}, upload{data: item(t, 1)}).ok(t)
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("%v in %q", err, log.String())
	}
	if _, err := time.Parse("2006-01-02T15:04:05.000000Z07:00", line["@timestamp"].(string)); err != nil {
		t.Error(err)
	}
	for key, want := range map[string]any{"@level": "warn", "@message": "slow", "rows": 5.0, "alias": "says", "artifact": "metrics"} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
}
