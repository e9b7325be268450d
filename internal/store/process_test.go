package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// The test binary runs itself as a child when this variable names what the
// child is to do.
const childRole = "STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	role, arg, _ := strings.Cut(os.Getenv(childRole), " ")
	if role == "" {
		os.Exit(m.Run())
	}
	if err := children[role](context.Background(), arg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// children are what a child can do with the manifest at path.
var children = map[string]func(ctx context.Context, path string) error{
	"count": func(ctx context.Context, path string) error {
		s, key, err := store.Open(ctx, path, nil)
		if err != nil {
			return err
		}
		defer s.Close()
		var base store.Text
		for range countTimes {
			if base, err = storetest.Increment(ctx, s, key, base); err != nil {
				return err
			}
		}
		return nil
	},
	// create makes as many of the files as it can and prints which.
	"create": func(ctx context.Context, path string) error {
		s, _, err := store.Open(ctx, path, nil)
		if err != nil {
			return err
		}
		defer s.Close()
		for i := range createFiles {
			_, err := s.Create(ctx, fmt.Sprintf("run/%d", i), text(fmt.Sprint(os.Getpid())))
			switch {
			case err == nil:
				fmt.Println(i)
			case !errors.Is(err, artifacts.ErrExists):
				return err
			}
		}
		return nil
	},
	// save saves for ever: a file, then the manifest that names it. It prints
	// each number when it is saved.
	"save": func(ctx context.Context, path string) error {
		s, key, err := store.Open(ctx, path, nil)
		if err != nil {
			return err
		}
		for {
			var n int
			err := s.Update(ctx, key, nil, func(ctx context.Context, now []byte, _, _ bool) (store.Text, error) {
				n = strings.Count(string(now), "\n")
				_, err := s.Create(ctx, savedFile(n), text(savedContent(n)))
				if err != nil && !errors.Is(err, artifacts.ErrExists) {
					return nil, err
				}
				return store.Text{now, []byte(savedContent(n) + "\n")}, nil
			})
			if err != nil {
				return err
			}
			fmt.Println(n)
		}
	},
}

const (
	countProcesses, countTimes   = 4, 25
	createProcesses, createFiles = 4, 50
)

func savedFile(n int) string    { return fmt.Sprintf("run-%d/file", n) }
func savedContent(n int) string { return strings.Repeat(strconv.Itoa(n)+" ", 2000) }

func child(t *testing.T, role, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childRole+"="+role+" "+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// TestProcessesCount has several processes count in one manifest.
func TestProcessesCount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "count.json")
	var wg sync.WaitGroup
	for range countProcesses {
		wg.Go(func() {
			if err := child(t, "count", path).Run(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	mustRead(t, strconv.Itoa(countProcesses*countTimes), path)
}

// TestProcessesCreate has several processes create the same files.
func TestProcessesCreate(t *testing.T) {
	dir := t.TempDir()
	outputs := make([][]byte, createProcesses)
	pids := make([]int, createProcesses)
	var wg sync.WaitGroup
	for i := range createProcesses {
		wg.Go(func() {
			cmd := child(t, "create", filepath.Join(dir, "p.json"))
			var err error
			if outputs[i], err = cmd.Output(); err != nil {
				t.Error(err)
			}
			pids[i] = cmd.Process.Pid
		})
	}
	wg.Wait()
	winner := map[string]int{}
	for i, output := range outputs {
		for file := range strings.FieldsSeq(string(output)) {
			if other, ok := winner[file]; ok {
				t.Errorf("file %s was created by %d and by %d", file, other, pids[i])
			}
			winner[file] = pids[i]
		}
	}
	if len(winner) != createFiles {
		t.Errorf("%d files created, want %d", len(winner), createFiles)
	}
	for file, pid := range winner {
		mustRead(t, strconv.Itoa(pid), dir, "run", file)
	}
}

// TestKill kills a process again and again while it saves. Each time the
// manifest is whole, names everything that was acknowledged, and nothing that
// is not there.
func TestKill(t *testing.T) {
	kills := 50
	if testing.Short() {
		kills = 10
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "p.json")
	s := open(t, path, nil)
	defer s.Close()
	acknowledged := -1
	for range kills {
		cmd := child(t, "save", path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Let it save a few times, and then die at any point.
		lines := bufio.NewScanner(out)
		for range 1 + rand.N(3) {
			if !lines.Scan() {
				t.Fatal("the child ended by itself")
			}
			if acknowledged, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
		}
		spin(rand.N(3 * time.Millisecond))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			if acknowledged, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
		}
		_ = cmd.Wait() // it was killed
		checkSaved(t, s, acknowledged)
	}
	for info, err := range s.List(t.Context(), "") {
		if err != nil || strings.Contains(info.Key, "tmp") {
			t.Errorf("listed: %s, %v", info.Key, err)
		}
	}
}

// spin passes the time without a sleep, which would be too coarse.
func spin(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
	}
}

func checkSaved(t *testing.T, s *store.Store, acknowledged int) {
	t.Helper()
	text, err := s.ReadText(t.Context(), "p.json")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		if line != savedContent(n)+"\n" {
			t.Fatalf("line %d of the manifest is broken: %.20q", n, line)
		}
		n++
	}
	if n <= acknowledged {
		t.Fatalf("%d saves are in the manifest, number %d was acknowledged", n, acknowledged)
	}
	for i := range n {
		f, err := s.Open(t.Context(), savedFile(i))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err != nil || string(got) != savedContent(i) {
			t.Fatalf("file %d is broken: %d bytes, %v", i, len(got), err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
