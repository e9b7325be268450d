package plugins

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/sdk"
)

// TestMain makes the test binary a plugin if it is called like one: the tests
// run processes of it, see [newPlugin].
func TestMain(m *testing.M) {
	if name, err := NameOf(os.Args[0]); err == nil {
		servePlugin(name)
	}
	if end := os.Getenv("LAZYSCRIBE_TEST_HOST"); end != "" {
		beHost(end, os.Args[1])
	}
	// With the race detector a process waits for a second before it ends.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	os.Exit(m.Run())
}

// beHost makes this process a host that uses the plugin at path, prints the
// number of its process, and ends in a way of its own or waits for a signal.
func beHost(end, path string) {
	h, err := Open(&Options{TrustFile: path + ".json"})
	if err != nil {
		panic(err)
	}
	facts, err := Inspect(path)
	if err != nil {
		panic(err)
	}
	handlers, err := h.Use(context.Background(), path, facts.SHA256)
	if err != nil {
		panic(err)
	}
	p, _ := h.Plugin("odd")
	fmt.Println(p.Pid())
	switch end {
	case "exit":
		os.Exit(0)
	case "panic":
		panic("the host panics")
	case "busy":
		_ = handlers[4].Encode(context.Background(), io.Discard, order{Do: "hang"})
	}
	select {}
}

func servePlugin(name string) {
	switch os.Getenv("LAZYSCRIBE_PLUGIN_TEST_START") {
	case "chatter":
		// Noise before the handshake, as libraries make it.
		fmt.Println("a library says hello")
		fmt.Println(strings.Repeat("x", 100_000))
	case "exit":
		fmt.Fprintln(os.Stderr, "cannot find libodd.so")
		os.Exit(4)
	case "hang":
		time.Sleep(time.Hour)
	case "other protocol":
		fmt.Println("1|9|unix|/nowhere|grpc|")
		time.Sleep(time.Hour)
	case "closed output":
		os.Stdout.Close()
		time.Sleep(time.Hour)
	}
	sdk.Serve(name, "1.2.3",
		linesHandler,
		artifacts.Typed[io.Reader]{Kind: artifacts.Format{Alias: "raw", Suffix: "bin", Binary: true}, Write: copyOut, Read: copyIn},
		artifacts.Typed[iter.Seq2[map[string]any, error]]{Kind: artifacts.Format{Alias: "rows", Suffix: "jsonl"}, Write: writeRows, Read: readRows},
		artifacts.Typed[any]{Kind: artifacts.Format{Alias: "item", Suffix: "cbor", Binary: true}, Write: writeItem, Read: readItem},
		artifacts.Typed[order]{Kind: artifacts.Format{Alias: "odd", Suffix: "odd", OutputOnly: true}, Write: obey},
	)
}

type lineSettings struct {
	Separator string `json:"separator"`
	Repeat    int    `json:"repeat"`
}

// linesHandler writes texts in lines, with settings and facts.
var linesHandler = environed{sdk.Typed[[]string, lineSettings]{
	Kind: artifacts.Format{Alias: "lines", Suffix: "txt"},
	Facts: sdk.Facts{
		Summary: "lines of text", Version: "2", MustMatch: []string{"lines_abi"},
		SettingsSchema: json.RawMessage(`{"type": "object", "properties": {"separator": {"type": "string"}, "repeat": {"type": "integer"}}, "additionalProperties": false}`),
	},
	Settings: lineSettings{Separator: "\n", Repeat: 1},
	Write: func(_ context.Context, w io.Writer, lines []string, s lineSettings) error {
		for i, line := range lines {
			if strings.Contains(line, s.Separator) {
				return sdk.BadValue(fmt.Sprintf("[%d]", i), "a line cannot hold %q", s.Separator)
			}
			for range s.Repeat {
				io.WriteString(w, line+s.Separator)
			}
		}
		return nil
	},
	Read: func(_ context.Context, r io.Reader, s lineSettings) ([]string, error) {
		text, err := io.ReadAll(r)
		if err != nil || len(text) == 0 {
			return nil, err
		}
		rest, ok := strings.CutSuffix(string(text), s.Separator)
		if !ok {
			return nil, sdk.BadFile("the last line has no end")
		}
		return strings.Split(rest, s.Separator), nil
	},
}}

// environed adds an environment, of which the test can change the value that
// has to match.
type environed struct {
	sdk.Typed[[]string, lineSettings]
}

func (e environed) Environment(any) artifacts.Environment {
	abi := os.Getenv("LAZYSCRIBE_PLUGIN_TEST_ABI")
	if abi == "" {
		abi = "1"
	}
	return artifacts.Environment{"lines_abi": abi, "lines_note": "hello"}
}

func copyOut(_ context.Context, w io.Writer, r io.Reader) error {
	_, err := io.Copy(w, r)
	return err
}

func copyIn(_ context.Context, r io.Reader) (io.Reader, error) { return r, nil }

func writeRows(_ context.Context, w io.Writer, rows iter.Seq2[map[string]any, error]) error {
	e := json.NewEncoder(w)
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := e.Encode(row); err != nil {
			return err
		}
	}
	return nil
}

func readRows(_ context.Context, r io.Reader) (iter.Seq2[map[string]any, error], error) {
	return func(yield func(map[string]any, error) bool) {
		d := json.NewDecoder(r)
		for {
			var row map[string]any
			err := d.Decode(&row)
			if errors.Is(err, io.EOF) || !yield(row, err) || err != nil {
				return
			}
		}
	}, nil
}

func writeItem(_ context.Context, w io.Writer, value any) error {
	text, err := MarshalValue(value)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

func readItem(_ context.Context, r io.Reader) (value any, err error) {
	text, err := io.ReadAll(r)
	if err == nil {
		err = UnmarshalValue(text, &value)
	}
	return value, err
}

// An order tells the plugin how to misbehave.
type order struct {
	Do   string
	Text string // what to write first
	File string // a file to leave a mark in
	Then string // what to do instead if the mark is there already

	Unless string // a file whose presence makes it behave
}

func obey(ctx context.Context, w io.Writer, o order) error {
	if _, err := io.WriteString(w, o.Text); err != nil {
		return err
	}
	if o.File != "" {
		// Whoever finds a mark was not the first.
		if f, err := os.OpenFile(o.File, os.O_CREATE|os.O_EXCL, 0o600); err == nil {
			f.Close()
		} else {
			o.Do = o.Then
		}
	}
	if _, err := os.Stat(o.Unless); err == nil {
		o.Do = ""
	}
	switch o.Do {
	case "panic":
		var none []int
		none[len(o.Do)] = 1
	case "panic elsewhere":
		go panic("boom in a goroutine\x1b[31m")
		select {}
	case "exit 0", "exit 3":
		os.Exit(int(o.Do[5] - '0'))
	case "kill":
		killSelf()
	case "hang":
		select {}
	case "stop":
		stopSelf()
	case "wait":
		<-ctx.Done()
		return ctx.Err()
	case "linger":
		if _, err := w.Write(make([]byte, 64<<10)); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	case "pid":
		if _, err := io.WriteString(w, strings.Repeat(strconv.Itoa(os.Getpid())+" ", 20_000)); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	case "fail":
		return errors.New("no luck")
	case "progress":
		for range 20 {
			time.Sleep(100 * time.Millisecond)
			sdk.Progress(ctx)
		}
	case "print":
		fmt.Println("to standard output")
		fmt.Fprintln(os.Stderr, "to standard error")
		// Past what Go knows as its standard output.
		io.WriteString(os.NewFile(1, "stdout"), strings.Repeat("long ", 300_000)+"\n")
		sdk.Logger(ctx).Warn("to the log", "answer", 42)
	case "child":
		child := exec.Command("sleep", "600")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return err
		}
		fmt.Fprintf(w, "%d", child.Process.Pid)
	case "environment":
		for _, pair := range os.Environ() {
			fmt.Fprintln(w, pair)
		}
	case "stdin":
		info, err := os.Stdin.Stat()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%v", info.Mode().Type())
	}
	return nil
}

// newPlugin puts the test binary into a folder as a plugin, and returns its path.
func newPlugin(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(tempDir(t), binaryName(name))
	if os.Link(self, path) == nil {
		return path
	}
	text, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// newHost returns a Host with a trust file of its own, and a plugin "odd" that
// the Host uses.
func newHost(t *testing.T, o Options) (*Host, map[string]artifacts.Handler) {
	t.Helper()
	o.TrustFile, o.Env = trust(t), append(o.Env, "GORACE")
	h, err := Open(&o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	path := newPlugin(t, "odd")
	handlers, err := h.Use(t.Context(), path, sumOf(t, path))
	if err != nil {
		t.Fatal(err)
	}
	byAlias := make(map[string]artifacts.Handler)
	for _, handler := range handlers {
		byAlias[handler.Format().Alias] = handler
	}
	return h, byAlias
}

func sumOf(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sum, err := checksum(f)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// oddPlugin returns the plugin of newHost.
func oddPlugin(t *testing.T, h *Host) *Plugin {
	t.Helper()
	p, ok := h.Plugin("odd")
	if !ok {
		t.Fatal("no plugin odd")
	}
	return p
}
