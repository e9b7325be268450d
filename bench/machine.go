package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// describe says on what and with what was measured.
func describe(ctx context.Context, with string, o *options) string {
	return fmt.Sprintf("%s. %s, %s/%s, %d processors (%s), load %s. %s. Medians of %d, after a warm-up; ± is half of the middle half.",
		time.Now().UTC().Format("2006-01-02"), runtime.Version(), runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), processor(), load(ctx), with, o.rounds)
}

// processor names the processor where the system tells it.
func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// load tells how busy the machine was: what others did meanwhile is in the
// figures.
func load(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "uptime").Output()
	if err != nil {
		return "unknown"
	}
	_, averages, ok := strings.Cut(string(out), "load average:")
	if !ok {
		return "unknown"
	}
	return strings.TrimSpace(averages)
}
