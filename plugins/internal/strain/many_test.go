package strain

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestMany: fifty goroutines use one plugin at once, of each of its handlers, and
// each gets its own answers, whether they go through handlers or a project.
func TestMany(t *testing.T) {
	inBoth(t, func(t *testing.T, path string) {
		handlers := mustUse(t, path)
		r := artifacts.Default().Clone()
		for _, alias := range []string{"raw", "rows", "item"} {
			if err := r.Add(handlers[alias]); err != nil {
				t.Fatal(err)
			}
		}
		p, err := project.Open(t.Context(), filepath.Join(t.TempDir(), "project.json"), &project.Options{Handlers: r, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				if err := one(t, handlers, i); err != nil {
					t.Errorf("goroutine %d: %v", i, err)
				}
				if err := oneIn(t, p, i); err != nil {
					t.Errorf("goroutine %d: project: %v", i, err)
				}
			})
		}
		wg.Wait()
		if p.Len() != 50 {
			t.Errorf("%d experiments", p.Len())
		}
	})
}

// one uses each handler with values that no other goroutine has.
func one(t *testing.T, handlers map[string]artifacts.Handler, i int) error {
	text := bytes.Repeat([]byte{byte(i)}, 70_000+i)
	var file bytes.Buffer
	if err := handlers["raw"].Encode(t.Context(), &file, bytes.NewReader(text)); err != nil {
		return err
	}
	var back []byte
	if err := handlers["raw"].Decode(t.Context(), &file, &back); err != nil || !bytes.Equal(back, text) {
		return fmt.Errorf("raw: %d bytes, %w", len(back), err)
	}
	list := slices.Repeat([]map[string]string{{"i": fmt.Sprint(i)}}, 100+i)
	file.Reset()
	if err := handlers["rows"].Encode(t.Context(), &file, list); err != nil {
		return err
	}
	var rows []map[string]string
	if err := handlers["rows"].Decode(t.Context(), &file, &rows); err != nil || len(rows) != 100+i || rows[99]["i"] != fmt.Sprint(i) {
		return fmt.Errorf("rows: %d of them, %w", len(rows), err)
	}
	return nil
}

// oneIn logs an experiment with an artifact of its own, saves and loads it.
func oneIn(t *testing.T, p *project.Project, i int) error {
	value := strings.Repeat(fmt.Sprint(i), 1000)
	x, err := p.Log(t.Context(), fmt.Sprintf("run %d", i), func(d *experiment.Draft) error {
		return d.LogArtifact("value", value, "item", nil)
	})
	if err != nil {
		return err
	}
	if err := p.Save(t.Context()); err != nil {
		return err
	}
	got, err := artifacts.Load[string](t.Context(), x, "value", nil)
	if err == nil && got != value {
		err = fmt.Errorf("it is the value of another")
	}
	return err
}
