package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/project"
)

// childVariable makes a copy of this program do one thing and print how much
// memory it took. Only a process of its own shows that.
const childVariable = "LAZYSCRIBE_BENCH_CHILD"

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
	path, slug, ok := strings.Cut(os.Getenv(childVariable), "\n")
	if !ok {
		return nil
	}
	p, err := project.Open(context.Background(), path, &project.Options{Mode: project.ReadOnly})
	if err != nil {
		return err
	}
	if _, err := p.Lookup(slug); err != nil {
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

// childPeak returns the bytes a process needs at most to open a project and
// look up an experiment.
func childPeak(ctx context.Context, path, slug string) (float64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), childVariable+"="+path+"\n"+slug)
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
