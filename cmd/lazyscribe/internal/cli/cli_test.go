package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// A result is what one run of the program left.
type result struct {
	code           int
	stdout, stderr string
}

// lazyscribe runs the program in the working directory, without environment.
func lazyscribe(ctx context.Context, stdin string, args ...string) result {
	var stdout, stderr bytes.Buffer
	code := Run(ctx, args, strings.NewReader(stdin), &stdout, &stderr, func(string) string { return "" })
	return result{code, stdout.String(), stderr.String()}
}

func newApp() *app {
	return &app{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &bytes.Buffer{},
		getenv: func(string) string { return "" }, now: time.Now, output: tableOutput}
}

func writeText(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// versionAt adds a version of an artifact as of a time.
func versionAt(t *testing.T, url, name string, at time.Time, value any, alias string) {
	t.Helper()
	r, err := repository.Open(t.Context(), url, &repository.Options{Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.LogArtifact(name, value, alias, nil); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Save(t.Context()), r.Close()); err != nil {
		t.Fatal(err)
	}
}

// logAt logs an experiment as of a time and saves.
func logAt(t *testing.T, url, name string, at time.Time, fn func(*experiment.Draft) error) {
	t.Helper()
	p, err := project.Open(t.Context(), url, &project.Options{Author: "ann", Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Log(t.Context(), name, fn); err != nil {
		t.Fatal(err)
	}
	if err := p.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}
