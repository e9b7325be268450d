package cloudtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// order tells a child process to count in a manifest, and to write a file for
// each number and one that all children want.
type order struct {
	URL   string
	Name  string // of the child
	Times int
}

// What a child tells of each step: it was done, it was not, nobody knows.
const (
	done    = "done"
	failed  = "failed"
	unknown = "unknown"
	won     = "won" // the name that all want
)

// TestChild is what child processes run.
func TestChild(t *testing.T) {
	o := childtest.Order[order](t)
	s := open(t, o.URL, nil)
	defer s.Close()
	if err := childtest.Begin(os.Stdin, os.Stdout); err != nil {
		t.Fatal(err)
	}
	for i, failures := 0, 0; i < o.Times; {
		word := failed
		err := step(t.Context(), s, o.Name, i)
		switch {
		case err == nil:
			word = done
			i++
		case errors.Is(err, artifacts.ErrOutcomeUnknown):
			word = unknown
			i++
		default:
			if failures++; failures > 10*o.Times {
				t.Fatal(err)
			}
		}
		childtest.Tell(os.Stdout, fmt.Sprintf("%s %d %v", word, i, oneLine(err)))
		if err := common(t.Context(), s, o.Name, i); err == nil {
			childtest.Tell(os.Stdout, fmt.Sprintf("%s %d", won, i))
		}
	}
}

// step writes a file and counts it.
func step(ctx context.Context, s *store.Store, name string, i int) error {
	_, err := s.Create(ctx, file(name, i), content(file(name, i)))
	if err != nil && !errors.Is(err, artifacts.ErrExists) { // from a step that failed
		return errors.New("create: " + err.Error()) // what is unknown of it does not matter
	}
	_, err = storetest.Increment(ctx, s, "project.json", nil)
	return err
}

// common writes a file that every child wants.
func common(ctx context.Context, s *store.Store, name string, i int) error {
	_, err := s.Create(ctx, fmt.Sprintf("common/%d", i), content(name))
	return err
}

func file(name string, i int) string { return fmt.Sprintf("run-%s/%d", name, i) }

func content(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func oneLine(err error) string {
	return strings.ReplaceAll(fmt.Sprint(err), "\n", " ")
}
