package projecttest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/projecttest"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// size is how much the crowds of these tests do.
func size() projecttest.Crowd {
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		return projecttest.Crowd{Writers: 16, Saves: 50, Commit: project.CommitSegments}
	}
	return projecttest.Crowd{Writers: 16, Saves: 10, Commit: project.CommitSegments}
}

func TestDisk(t *testing.T) {
	projecttest.Run(t, filepath.Join(t.TempDir(), "project.json"), size())
}

func TestMemory(t *testing.T) {
	projecttest.Run(t, storetest.MemoryURL("project.json"), size())
}

// TestMixed has writers of both kinds: some replace the manifest.
func TestMixed(t *testing.T) {
	o := size()
	o.Commit = project.CommitAuto
	projecttest.Run(t, filepath.Join(t.TempDir(), "project.json"), o)
}
