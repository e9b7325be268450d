package dirblob

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gocloud.dev/blob"
)

// fill makes files with the given names, and their folders.
func fill(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// ordered are names in the order of their bytes, in which a folder does not
// stand where its own name would.
var ordered = []string{"A", "a-b/x", "a.b", "a/b/c", "a/b0", "a/c", "a0", "a0-/x", "ab", "ä/ö"}

func TestListOrder(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, ordered...)
	fill(t, dir, ".lazyscribe-tmp-X", "a/.lazyscribe-tmp-X", ".p.json.lock", "a/.q.lock")
	if err := os.MkdirAll(filepath.Join(dir, "empty", "folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	d := New(dir, nil)
	defer d.Close()
	var got []string
	for e, err := range d.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Name)
	}
	if diff := cmp.Diff(ordered, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !slices.IsSorted(ordered) {
		t.Error("the test's own names are not in order")
	}
}

// TestListPages reads listings page by page, with and without what the driver
// remembers between pages.
func TestListPages(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, ordered...)
	d := New(dir, nil)
	defer d.Close()
	same := d.Bucket()
	for _, c := range []struct {
		prefix, delimiter string
		want              []string
	}{
		{"", "", ordered},
		{"", "/", []string{"A", "a-b/", "a.b", "a/", "a0", "a0-/", "ab", "ä/"}},
		{"a", "/", []string{"a-b/", "a.b", "a/", "a0", "a0-/", "ab"}},
		{"a/", "/", []string{"a/b/", "a/b0", "a/c"}},
		{"a/b", "", []string{"a/b/c", "a/b0"}},
		{"", "b", []string{"A", "a-b", "a.b", "a/b", "a/c", "a0", "a0-/x", "ab", "ä/ö"}},
		{"none/", "/", nil},
		{"A/", "", nil},
	} {
		for size := 1; size <= len(ordered)+1; size++ {
			for name, bucket := range map[string]func() *blob.Bucket{
				"remembering": func() *blob.Bucket { return same },
				"forgetting":  d.Bucket,
			} {
				var got []string
				for token := blob.FirstPageToken; token != nil; {
					o := &blob.ListOptions{Prefix: c.prefix, Delimiter: c.delimiter}
					page, next, err := bucket().ListPage(t.Context(), token, size, o)
					if err != nil {
						t.Fatal(err)
					}
					if len(page) > size {
						t.Errorf("a page of %d, wanted %d", len(page), size)
					}
					for _, obj := range page {
						got = append(got, obj.Key)
						if obj.IsDir != (c.delimiter != "" && strings.HasSuffix(obj.Key, c.delimiter)) && c.delimiter == "/" {
							t.Errorf("%s: IsDir %t", obj.Key, obj.IsDir)
						}
					}
					token = next
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("prefix %q, delimiter %q, pages of %d, %s (-want +got):\n%s", c.prefix, c.delimiter, size, name, diff)
				}
			}
		}
	}
}

// TestListIsLinear counts how often folders are read while many files are
// listed in small pages.
func TestListIsLinear(t *testing.T) {
	const files, size = 3000, 10
	dir := t.TempDir()
	for i := range files {
		fill(t, dir, fmt.Sprintf("%d/%04d", i%2, i))
	}
	reads := 0
	d := New(dir, &Options{Fault: func(op, name string) error {
		if op == "list" {
			reads++
		}
		return nil
	}})
	defer d.Close()
	b := d.Bucket()
	got := 0
	for token := blob.FirstPageToken; token != nil; {
		page, next, err := b.ListPage(t.Context(), token, size, nil)
		if err != nil {
			t.Fatal(err)
		}
		got += len(page)
		token = next
	}
	if got != files {
		t.Errorf("%d files listed, want %d", got, files)
	}
	if want := 3; reads != want { // the folder and the two in it
		t.Errorf("folders were read %d times, want %d", reads, want)
	}
}

// TestListForgets begins more listings than are remembered: all go on.
func TestListForgets(t *testing.T) {
	dir := t.TempDir()
	const listings = maxWalks + 3
	for i := range listings {
		fill(t, dir, fmt.Sprintf("%02d/a", i), fmt.Sprintf("%02d/b", i))
	}
	d := New(dir, nil)
	defer d.Close()
	b := d.Bucket()
	tokens := make([][]byte, listings)
	options := func(i int) *blob.ListOptions { return &blob.ListOptions{Prefix: fmt.Sprintf("%02d/", i)} }
	for i := range listings {
		var err error
		if _, tokens[i], err = b.ListPage(t.Context(), blob.FirstPageToken, 1, options(i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range listings {
		page, next, err := b.ListPage(t.Context(), tokens[i], 5, options(i))
		if err != nil || len(page) != 1 || page[0].Key != fmt.Sprintf("%02d/b", i) || next != nil {
			t.Errorf("listing %d goes on with %v, %v", i, page, err)
		}
	}
}

// TestListWhileRemoved removes files and folders while they are listed.
func TestListWhileRemoved(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, "a/1", "a/2", "b/1", "c/1")
	d := New(dir, nil)
	defer d.Close()
	var got []string
	for e, err := range d.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Name)
		if e.Name == "a/1" {
			for _, name := range []string{"a/2", "b/1"} {
				if err := d.Remove(name); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if diff := cmp.Diff([]string{"a/1", "c/1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestListOddNames has names that no blob can have, and files that are not
// regular ones.
func TestListOddNames(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, "plain")
	if err := os.WriteFile(filepath.Join(dir, "bad\xff"), nil, 0o666); err != nil {
		t.Skipf("the file system refuses bad UTF-8: %v", err)
	}
	for name, target := range map[string]string{"in": "plain", "out": "/etc", "gone": "nothing"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	d := New(dir, nil)
	defer d.Close()
	var got []string
	for e, err := range d.List(context.Background(), "") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Name)
	}
	if diff := cmp.Diff([]string{"in", "plain"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
