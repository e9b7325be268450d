package shelf_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// network is saved and loaded by functions that know folders of the disk only.
type network struct {
	Weights, Bias string
	fail          string
}

func saveNetwork(dir string, n network) ([]string, error) {
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		return nil, fmt.Errorf("the folder is not empty: %v, %w", left, err)
	}
	err := errors.Join(
		os.WriteFile(filepath.Join(dir, "weights"), []byte(n.Weights), 0o600),
		os.Mkdir(filepath.Join(dir, "more"), 0o700),
		os.WriteFile(filepath.Join(dir, "more", "weights"), []byte(n.Bias), 0o600),
		os.WriteFile(filepath.Join(dir, "scratch"), []byte("not a part of it"), 0o600),
	)
	switch n.fail {
	case "error":
		return nil, errEncode
	case "panic":
		panic("torn page")
	case "name":
		return []string{"weights", "../weights"}, err
	case "link":
		err = errors.Join(err, os.Symlink("/etc/passwd", filepath.Join(dir, "passwords")))
		return []string{"passwords"}, err
	case "missing":
		return []string{"nosuch"}, err
	}
	return []string{"weights", filepath.Join("more", "weights")}, err
}

func loadNetwork(dir string, names []string) (network, error) {
	if diff := cmp.Diff([]string{"more/weights", "weights"}, names); diff != "" {
		return network{}, fmt.Errorf("names (-want +got):\n%s", diff)
	}
	weights, err := os.ReadFile(filepath.Join(dir, "weights"))
	bias, biasErr := os.ReadFile(filepath.Join(dir, "more", "weights"))
	if string(weights) == "unloadable" {
		panic("torn page")
	}
	return network{Weights: string(weights), Bias: string(bias)}, errors.Join(err, biasErr)
}

func networkShelf(t testing.TB) *shelf.Shelf {
	t.Helper()
	r := new(shelf.Registry)
	shelf.MustRegister(r, shelf.FromFiles(artifacts.Format{Alias: "network"}, saveNetwork, loadNetwork), nil)
	return shelf.New(&shelf.Options{Registry: r, NoSync: true})
}

// TestFromFiles has values with inner names that are equal, in folders and
// between puts at once: the seed mixed these up.
func TestFromFiles(t *testing.T) {
	overEach(t, func(t *testing.T, folder string) {
		emptyTemp(t)
		s := networkShelf(t)
		done := make(chan error)
		for i := range 4 {
			go func() {
				n := network{Weights: fmt.Sprint("w", i), Bias: fmt.Sprint("b", i)}
				url := at(folder, fmt.Sprint("n", i))
				_, err := shelf.Put(t.Context(), s, url, n, nil)
				got, getErr := shelf.Get[network](t.Context(), s, url, nil)
				if got != n {
					err = errors.Join(err, fmt.Errorf("got %v, want %v", got, n))
				}
				done <- errors.Join(err, getErr)
			}()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		want := []string{"more/weights", "weights"}
		if diff := cmp.Diff(want, keys(t, at(folder, "n0"))); diff != "" {
			t.Errorf("files (-want +got):\n%s", diff)
		}
	})
}

func TestFromFilesFails(t *testing.T) {
	emptyTemp(t)
	s := networkShelf(t)
	url := storetest.MemoryURL("n")
	for fail, want := range map[string]string{
		"error":   "cannot encode",
		"panic":   "the codec panicked: torn page",
		"name":    `file "../weights": unsafe path`,
		"link":    "escapes",
		"missing": "nosuch",
	} {
		_, err := shelf.Put(t.Context(), s, url, network{fail: fail}, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", fail, err)
		}
		if left := keys(t, strings.TrimSuffix(url, "/n")); len(left) > 0 {
			t.Errorf("%s left %q", fail, left)
		}
	}
	mustPut(t, s, url, network{Weights: "unloadable"})
	if _, err := shelf.Get[network](t.Context(), s, url, nil); err == nil || !strings.Contains(err.Error(), "the codec panicked: torn page") {
		t.Errorf("load panics: %v", err)
	}
}
