package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/internal/sample"
)

// childVariable makes a copy of this program do one thing and print how much
// memory it took. Only a process of its own shows that.
const childVariable = "LAZYSCRIBE_BENCH_CHILD"

// A chore is what such a copy does.
type chore struct {
	Work  string // one of chores
	Path  string
	Other string // the second project of a merge
	N     int    // experiments
}

var chores = map[string]func(ctx context.Context, c chore) error{
	"open":   func(ctx context.Context, c chore) error { return openAndLookup(ctx, c.Path, middle(c.N)) },
	"filter": func(ctx context.Context, c chore) error { return openAndFilter(ctx, c.Path) },
	"append": func(ctx context.Context, c chore) error {
		return logAndSave(ctx, c.Path, func(yield func(*sample.Run) bool) { yield(sample.At(c.N)) })
	},
	"log": func(ctx context.Context, c chore) error {
		return logAndSave(ctx, c.Path, func(yield func(*sample.Run) bool) {
			for i := 0; i < c.N && yield(sample.At(i)); i++ {
			}
		})
	},
	"merge": func(ctx context.Context, c chore) error {
		_, err := mergeOnce(ctx, [2]string{c.Path, c.Other}, c.N+c.N/2)
		return err
	},
}

// childMain does nothing unless this process is such a copy, or a plugin, and
// ends it if so.
func childMain() error {
	if asked := os.Getenv(writerVariable); asked != "" {
		if err := writerMain(context.Background(), asked); err != nil {
			return err
		}
		os.Exit(0)
	}
	pluginMain()
	asked := os.Getenv(childVariable)
	if asked == "" {
		return nil
	}
	var c chore
	if err := json.Unmarshal([]byte(asked), &c); err != nil {
		return err
	}
	if err := chores[c.Work](context.Background(), c); err != nil {
		return err
	}
	peak, err := peakMemory()
	if err != nil {
		return err
	}
	fmt.Println(peak)
	os.Exit(0)
	return nil
}

// childPeak returns the bytes a process needs at most that does one thing.
func childPeak(ctx context.Context, c chore) (float64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	asked, err := json.Marshal(c)
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), childVariable+"="+string(asked))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("child: %w", err)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}

// peakMemory returns the largest resident size this process has had, in bytes.
// Only Linux tells that of one program: elsewhere it is errAbsent.
func peakMemory() (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, errAbsent
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kib << 10, err
		}
	}
	return 0, errAbsent
}
