package project_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A disk is a file system of its own, whose power can be cut.
type disk struct {
	image string // the file that is the device
	dir   string // where it is mounted
}

const diskSize = 16 << 20 // little, since it is copied for each cut

// newDisk makes an ext4 file system and mounts it, or skips the test where that
// cannot be done.
func newDisk(t *testing.T) *disk {
	t.Helper()
	if !long() {
		t.Skip("mounts file systems: runs with LAZYSCRIBE_LONG=1")
	}
	if os.Getuid() != 0 {
		t.Skip("only root can mount file systems")
	}
	dir := t.TempDir()
	d := &disk{filepath.Join(dir, "image"), filepath.Join(dir, "mounted")}
	noError(t, os.WriteFile(d.image, nil, 0o600))
	noError(t, os.Truncate(d.image, diskSize))
	if out, err := exec.Command("mkfs.ext4", "-q", "-F", d.image).CombinedOutput(); err != nil {
		t.Skipf("mkfs.ext4: %v %s", err, out)
	}
	// Nothing is written by itself while the test runs, and the file system does
	// not guess what a program that renames a file should have flushed.
	if err := d.mount("commit=600,noauto_da_alloc"); err != nil {
		t.Skipf("a loop device cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { noError(t, d.unmount()) })
	return d
}

func (d *disk) mount(options string) error {
	if err := os.MkdirAll(d.dir, 0o777); err != nil {
		return err
	}
	return command("mount", "-t", "ext4", "-o", "loop,"+options, d.image, d.dir)
}

func (d *disk) unmount() error { return command("umount", d.dir) }

func command(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

// cut returns what the disk would hold if the power were cut now: what has
// reached the device, of which a file system that is mounted anew makes sense.
func (d *disk) cut(image string) (err error) {
	from, err := os.Open(d.image)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.Create(image)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

// TestPowerCut cuts the power before every operation of the storage in a row of
// saves, edits and removals, and once more after each. What was acknowledged
// before must be there, and whole.
func TestPowerCut(t *testing.T) {
	for _, c := range []struct {
		name  string
		opts  project.Options
		loses bool // the test sees losses where there must be some
	}{
		{"Manifest", project.Options{Mode: project.ReadWrite, Commit: project.CommitManifest}, false},
		{"Segments", project.Options{Mode: project.ReadWrite, Commit: project.CommitSegments}, false},
		{"NoSync", project.Options{Mode: project.ReadWrite, NoSync: true}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDisk(t)
			w := &powerCuts{t: t, disk: d, after: &disk{filepath.Join(t.TempDir(), "image"), filepath.Join(t.TempDir(), "after")}}
			p := openProject(t, filepath.Join(d.dir, "runs", "project.json"), project.WithFault(c.opts, w.hook))
			for n := range 8 {
				mark := fmt.Sprint("run ", n)
				x := addMarked(t, p, "the run", mark)
				saveProject(t, p)
				w.acknowledge(func(m *markedState) { m.there[mark] = true })
				if n%2 == 1 {
					_, err := p.Edit(t.Context(), x.Slug(), func(d *experiment.Draft) error {
						d.LogCount("edited", 1)
						return d.LogArtifact("edited", markedJSON("edited "+mark), "json", nil)
					})
					noError(t, err)
					saveProject(t, p)
					w.acknowledge(func(m *markedState) { m.edited[mark] = true })
				}
				if n%4 == 3 {
					w.acknowledge(func(m *markedState) { delete(m.there, mark) }) // whether it is there is open
					noError(t, p.Remove(x.Slug()))
					saveProject(t, p)
					w.acknowledge(func(m *markedState) { m.gone[mark] = true })
				}
			}
			_, err := p.Compact(t.Context())
			noError(t, err)
			w.look("the end")
			w.off = true
			t.Logf("%d cuts, after %d of them something was lost", w.cuts, w.lost)
			if w.cuts < 100 || c.loses != (w.lost > 0) {
				t.Errorf("%d cuts, %d with losses", w.cuts, w.lost)
			}
		})
	}
}

// powerCuts cut the power again and again, and look at what is left.
type powerCuts struct {
	t     *testing.T
	disk  *disk
	after *disk
	mu    sync.Mutex // files are written side by side
	state markedState
	off   bool
	cuts  int
	lost  int
}

// A markedState is what was acknowledged, by marks.
type markedState struct{ there, edited, gone map[string]bool }

// acknowledge takes note of what was acknowledged, and looks whether it is so.
func (w *powerCuts) acknowledge(change func(*markedState)) {
	w.mu.Lock()
	if w.state.there == nil {
		w.state = markedState{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	}
	change(&w.state)
	w.mu.Unlock()
	w.look("a save")
}

func (w *powerCuts) hook(op, key string) error {
	w.look(op + " " + key)
	return nil
}

// look cuts the power before an operation.
func (w *powerCuts) look(op string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.off {
		return
	}
	w.cuts++
	err := w.disk.cut(w.after.image)
	if err == nil {
		err = w.after.mount("commit=600")
	}
	if err != nil {
		w.t.Errorf("before %s: %v", op, err)
		return
	}
	if losses := w.losses(); len(losses) > 0 {
		w.lost++
		if !strings.HasSuffix(w.t.Name(), "NoSync") {
			w.t.Errorf("power cut before %s: %v", op, losses)
		}
	}
	if err := w.after.unmount(); err != nil {
		w.t.Errorf("before %s: %v", op, err)
	}
}

// losses lists what is not as it was acknowledged.
func (w *powerCuts) losses() (list []error) {
	ctx := w.t.Context()
	p, err := project.Open(ctx, filepath.Join(w.after.dir, "runs", "project.json"), &project.Options{Mode: project.ReadOnly})
	if err != nil {
		return []error{err}
	}
	defer p.Close()
	for _, problem := range p.Problems() {
		list = append(list, problem)
	}
	there, edited := map[string]bool{}, map[string]bool{}
	for x := range p.All() {
		mark, err := markOf(x)
		if err == nil {
			err = readMarked(ctx, x)
		}
		if err != nil {
			list = append(list, err)
		}
		there[mark] = true
		_, edited[mark] = x.Metric("edited")
	}
	for mark := range w.state.there {
		if !there[mark] {
			list = append(list, fmt.Errorf("%q is lost", mark))
		} else if w.state.edited[mark] && !edited[mark] {
			list = append(list, fmt.Errorf("the change of %q is lost", mark))
		}
	}
	for mark := range w.state.gone {
		if there[mark] {
			list = append(list, fmt.Errorf("%q is back", mark))
		}
	}
	for f, err := range p.Check(ctx, nil) {
		if err != nil {
			list = append(list, err)
		} else if f.Kind != project.Orphan && f.Kind != project.Leftover && f.Kind != project.Stale {
			list = append(list, fmt.Errorf("check finds %s %s: %w", f.Kind, f.Key, f.Err))
		}
	}
	return list
}
