package project_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// readUntil opens the project again and again until stop is closed. Each time
// it must open and have no problems, and the artifacts of the last experiments,
// which are those that somebody works on, must be readable. The channel it
// returns is closed at its end, which comes not before a first round.
func readUntil(t *testing.T, url string, stop <-chan struct{}) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for rounds := 1; ; rounds++ {
			if err := readOnce(context.Background(), url); err != nil {
				t.Error(err)
				return
			}
			select {
			case <-stop:
				t.Logf("read %d times", rounds)
				return
			default:
			}
		}
	}()
	return ended
}

func readOnce(ctx context.Context, url string) (err error) {
	p, err := project.Open(ctx, url, &project.Options{Mode: project.ReadOnly})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if problems := p.Problems(); len(problems) > 0 {
		return problems[0]
	}
	all := slices.Collect(p.All())
	for _, x := range all[max(0, len(all)-16):] {
		err := readMarked(ctx, x)
		if errors.Is(err, artifacts.ErrNotFound) {
			err = removedSince(ctx, url, x, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// removedSince returns nil if an experiment whose files are missing was removed
// after its manifest was read: the manifest changes first, then the files go.
func removedSince(ctx context.Context, url string, x *experiment.Experiment, cause error) (err error) {
	p, err := project.Open(ctx, url, &project.Options{Mode: project.ReadOnly})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	for y := range p.All() {
		if y.Slug() == x.Slug() {
			return fmt.Errorf("the manifest names a file that is missing: %w", cause)
		}
	}
	return nil
}
