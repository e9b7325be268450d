package storetest

import (
	"context"
	"errors"
	"maps"
	"strings"
	"syscall"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// faultContent is larger than a buffer, so that writing it takes several steps.
var faultContent = strings.Repeat("0123456789", 20_000)

// A FaultCase is an operation that is made to fail at each of its steps.
type FaultCase struct {
	Name  string
	Setup map[string]string // the files before it
	Want  map[string]string // the files when it succeeds

	do func(t *testing.T, s *store.Store) error
	// partly allows states between the first and the last.
	partly func(files map[string]string, err error) bool
}

// FaultCases returns what every storage must do or leave undone when it fails.
func FaultCases() []FaultCase { return faultCases }

var faultCases = []FaultCase{
	{
		Name: "create",
		do: func(t *testing.T, s *store.Store) error {
			_, err := s.Create(t.Context(), "run/test/a", writeString(faultContent))
			return err
		},
		Want: map[string]string{"run/test/a": faultContent},
	},
	{
		Name:  "copy",
		Setup: map[string]string{"a": faultContent},
		do: func(t *testing.T, s *store.Store) error {
			_, err := s.Copy(t.Context(), s, "run/b", "a")
			return err
		},
		Want: map[string]string{"a": faultContent, "run/b": faultContent},
	},
	{
		Name: "first update",
		do: func(t *testing.T, s *store.Store) error {
			return s.Update(t.Context(), "m.json", nil, setText(faultContent))
		},
		Want: map[string]string{"m.json": faultContent},
	},
	{
		Name:  "update",
		Setup: map[string]string{"m.json": "old"},
		do: func(t *testing.T, s *store.Store) error {
			return s.Update(t.Context(), "m.json", store.Text{[]byte("old")}, setText(faultContent))
		},
		Want: map[string]string{"m.json": faultContent},
	},
	{
		Name:  "move",
		Setup: map[string]string{"old/a": faultContent},
		do: func(t *testing.T, s *store.Store) error {
			return s.Move(t.Context(), "new/a", "old/a")
		},
		Want: map[string]string{"new/a": faultContent},
		partly: func(files map[string]string, _ error) bool {
			return len(files) == 2 && files["old/a"] == faultContent && files["new/a"] == faultContent
		},
	},
	{
		Name:  "remove",
		Setup: map[string]string{"run/a": "x", "run/b": "y"},
		do: func(t *testing.T, s *store.Store) error {
			return s.Remove(t.Context(), "run/a")
		},
		Want: map[string]string{"run/b": "y"},
	},
	{
		Name:  "read",
		Setup: map[string]string{"run/a": faultContent},
		do: func(t *testing.T, s *store.Store) error {
			got, err := s.ReadText(t.Context(), "run/a")
			if err == nil && string(got) != faultContent {
				t.Errorf("read %d bytes without an error", len(got))
			}
			return err
		},
		Want: map[string]string{"run/a": faultContent},
	},
	{
		Name:  "list",
		Setup: map[string]string{"a": "x", "b/c": "x", "b/d/e": "x"},
		do: func(t *testing.T, s *store.Store) error {
			n := 0
			for _, err := range s.List(t.Context(), "") {
				if err != nil {
					return err
				}
				n++
			}
			if n != 3 {
				t.Errorf("listed %d files without an error", n)
			}
			return nil
		},
		Want: map[string]string{"a": "x", "b/c": "x", "b/d/e": "x"},
	},
}

// Try runs the operation on s, which f makes fail, and looks at the outcome
// through sound, a store of the same files, which is empty: the old state is
// intact or the new one is there, and once the storage works again so does the
// operation.
func (c FaultCase) Try(t *testing.T, sound, s *store.Store, f *Faulty) {
	t.Helper()
	for key, content := range c.Setup {
		if _, err := sound.Create(t.Context(), key, writeString(content)); err != nil {
			t.Fatal(err)
		}
	}
	err := c.do(t, s)
	got := Files(t, sound)
	switch {
	case err == nil && maps.Equal(got, c.Want): // no fault, or one that does not matter
		return
	case err == nil:
		t.Errorf("%s failed: no error, %s", f.Failed(), describe(got))
		return
	case !errors.Is(err, syscall.ENOSPC):
		t.Errorf("%s failed: error %v is not the cause", f.Failed(), err)
	case maps.Equal(got, c.Setup):
	case errors.Is(err, artifacts.ErrOutcomeUnknown) && maps.Equal(got, c.Want):
	case f.Sticky && maps.Equal(got, c.Want): // done, and not even undoing worked
	case c.partly != nil && c.partly(got, err):
	default:
		t.Errorf("%s failed: %v, %s", f.Failed(), err, describe(got))
	}
	// Once the storage works again, so does the operation, unless it was done.
	if err := c.do(t, sound); err != nil && maps.Equal(got, c.Setup) {
		t.Errorf("%s failed, trying again: %v", f.Failed(), err)
	}
	if got := Files(t, sound); !maps.Equal(got, c.Want) && maps.Equal(got, c.Setup) {
		t.Errorf("%s failed, after trying again: %s", f.Failed(), describe(got))
	}
}

// Files returns the content of every file of a store, but for what it keeps for
// itself.
func Files(t testing.TB, s *store.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for info, err := range s.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		text, err := s.ReadText(t.Context(), info.Key)
		if err != nil {
			t.Fatal(err)
		}
		all[info.Key] = string(text)
	}
	return all
}

func describe(files map[string]string) string {
	var b strings.Builder
	b.WriteString("files:")
	for key, content := range files {
		b.WriteString(" " + key + "=" + content[:min(len(content), 10)])
	}
	return b.String()
}

func setText(text string) store.Edit {
	return func(context.Context, []byte, bool, bool) (store.Text, error) { return store.Text{[]byte(text)}, nil }
}
