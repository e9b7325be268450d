package strain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// envJob says what a process of this binary that is a host has to do.
const envJob = "LAZYSCRIBE_TEST_JOB"

// beHost uses the plugin at path, prints what the test wants to know, and ends
// as the job says or waits for a signal.
func beHost(job, path string) {
	h, handlers, err := use(context.Background(), path)
	if err != nil {
		panic(err)
	}
	p, _ := h.Plugin(nameIn(path))
	if what, size, ok := strings.Cut(job, ":"); ok {
		n, err := strconv.ParseInt(size, 10, 64)
		if err != nil {
			panic(err)
		}
		measure(what, n, handlers, p)
		if err := h.Close(); err != nil {
			panic(err)
		}
		os.Exit(0)
	}
	busy := job == "busy"
	if busy {
		go func() { _ = handlers["sleep"].Encode(context.Background(), io.Discard, 1) }()
		_ = handlers["raw"].Encode(context.Background(), io.Discard, []byte("x")) // the other call is under way
	}
	fmt.Println(p.Pid())
	switch job {
	case "return", "exit":
		os.Exit(0) // what returning from main does, too
	case "panic":
		panic("the host panics")
	}
	select {}
}

// peaks are the most memory, in bytes, that the processes had: after a small
// artifact and after a large one.
type peaks struct{ Host, Plugin [2]int64 }

// measure passes n bytes through the plugin and back.
func measure(what string, n int64, handlers map[string]artifacts.Handler, p *plugins.Plugin) {
	debug.SetGCPercent(50) // what is kept is looked for, not what was not collected yet
	var m peaks
	for i, size := range []int64{1 << 20, n} {
		if err := pass(what, size, handlers); err != nil {
			panic(err)
		}
		m.Host[i], m.Plugin[i] = peak(os.Getpid()), peak(p.Pid())
	}
	if err := json.NewEncoder(os.Stdout).Encode(m); err != nil {
		panic(err)
	}
}

// pass lets n bytes go through the plugin and back.
func pass(what string, n int64, handlers map[string]artifacts.Handler) error {
	ctx := context.Background()
	var up, down counter
	switch what {
	case "raw":
		if err := handlers["raw"].Encode(ctx, &up, io.LimitReader(zeros{}, n)); err != nil {
			return err
		}
		if err := handlers["raw"].Decode(ctx, io.LimitReader(zeros{}, n), &down); err != nil {
			return err
		}
	case "rows":
		text := strings.Repeat("x", 1000)
		count := int(n / 1024)
		var values iter.Seq[map[string]any] = func(yield func(map[string]any) bool) {
			for i := range count {
				if !yield(map[string]any{"text": text, "n": i}) {
					return
				}
			}
		}
		if err := handlers["rows"].Encode(ctx, &up, values); err != nil {
			return err
		}
		// Of the rows, those that come back are kept as numbers.
		line := `{"text": "` + text + `", "n": 7}` + "\n"
		var numbers []struct {
			N float64 `json:"n"` // as JSON's numbers are
		}
		if err := handlers["rows"].Decode(ctx, &repeated{line, count * len(line)}, &numbers); err != nil {
			return err
		}
		if len(numbers) != count || numbers[count-1].N != 7 {
			return fmt.Errorf("%d rows came back of %d", len(numbers), count)
		}
		down = counter(n)
	}
	if int64(up) < n*9/10 || int64(down) < n {
		return errors.New("bytes are missing")
	}
	return nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// repeated reads as a line again and again.
type repeated struct {
	line string
	left int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	at := (len(r.line) - r.left%len(r.line)) % len(r.line)
	n := min(copy(p, r.line[at:]), r.left)
	r.left -= n
	return n, nil
}

// peak returns the most memory a process had in use, in bytes.
func peak(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		panic(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		panic(err)
	}
	return kib << 10
}
