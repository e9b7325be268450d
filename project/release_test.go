package project_test

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A value that an edit replaced before anything was saved is let go of: the project
// keeps the experiment, and nothing of what it was at first.
func TestReplacedValueIsReleased(t *testing.T) {
	p := openAt(t, filepath.Join(t.TempDir(), "project.json"), project.Options{Mode: project.Append})
	released := make(chan struct{})
	func() { // so that nothing is left of the value on this stack
		value := &struct{ Numbers [1 << 10]int }{}
		runtime.AddCleanup(value, func(done chan struct{}) { close(done) }, released)
		slug := logAs(t, p, "a", func(d *experiment.Draft) error {
			return d.LogArtifact("v", value, "json", nil)
		}).Slug()
		editAs(t, p, slug, func(d *experiment.Draft) error {
			return d.LogArtifact("v", 1, "json", &artifacts.LogOptions{Replace: true})
		})
	}()
	saveAll(t, p)
	for range 100 {
		runtime.GC()
		select {
		case <-released:
			runtime.KeepAlive(p)
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Error("the project still holds the value that was replaced")
}
