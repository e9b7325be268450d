package artifacts_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestSentinelsOfTheStandardLibrary(t *testing.T) {
	tests := []struct{ sentinel, standard error }{
		{artifacts.ErrNotFound, fs.ErrNotExist},
		{artifacts.ErrExists, fs.ErrExist},
	}
	for _, test := range tests {
		err := fmt.Errorf("find artifact %q: %w", "x", test.sentinel)
		if !errors.Is(err, test.sentinel) || !errors.Is(err, test.standard) {
			t.Errorf("%v is not both %v and %v", err, test.sentinel, test.standard)
		}
		if errors.Is(test.standard, test.sentinel) {
			t.Errorf("%v must not be %v: other packages return it too", test.standard, test.sentinel)
		}
	}
	if errors.Is(artifacts.ErrNotFound, artifacts.ErrExists) || errors.Is(artifacts.ErrCorrupt, fs.ErrNotExist) {
		t.Error("sentinels are mixed up")
	}
}

func TestEnvironmentError(t *testing.T) {
	err := &artifacts.EnvironmentError{
		Artifact: "model",
		Recorded: artifacts.Environment{"python_version": "3.9", "same": "1", "gone": "x"},
		Current:  artifacts.Environment{"python_version": "3.11", "same": "1"},
	}
	const want = `environment differs: gone was "x", is ""; python_version was "3.9", is "3.11"`
	if err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	if got := (&artifacts.EnvironmentError{Current: artifacts.Environment{"a": "1"}}).Error(); got != `environment differs: a was "", is "1"` {
		t.Errorf("got %q", got)
	}
}

func TestArtifactClone(t *testing.T) {
	original := func() artifacts.Artifact {
		return artifacts.Artifact{
			Name: "a", Environment: artifacts.Environment{"k": "v"},
			Extra: map[string]json.RawMessage{"x": json.RawMessage("1")},
		}
	}
	a := original()
	clone := a.Clone()
	if diff := cmp.Diff(a, clone); diff != "" {
		t.Errorf("the clone differs (-want +got):\n%s", diff)
	}
	clone.Environment["k"] = "changed"
	clone.Extra["x"][0] = '2'
	clone.Extra["y"] = nil
	if diff := cmp.Diff(original(), a); diff != "" {
		t.Errorf("changing the clone changes the original (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(artifacts.Artifact{}, artifacts.Artifact{}.Clone()); diff != "" {
		t.Errorf("clone of nothing (-want +got):\n%s", diff)
	}
}

func TestArtifactExpired(t *testing.T) {
	expiry := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		expiry time.Time
		at     time.Time
		want   bool
	}{
		{"never", time.Time{}, expiry, false},
		{"before", expiry, expiry.Add(-time.Second), false},
		{"at that time", expiry, expiry, true},
		{"after", expiry, expiry.Add(time.Second), true},
	}
	for _, test := range tests {
		if got := (artifacts.Artifact{Expiry: test.expiry}).Expired(test.at); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// halfway is a loader that fails after it has written to its target.
type halfway struct{}

func (halfway) LoadArtifact(_ context.Context, _ string, target any, _ *artifacts.LoadOptions) error {
	*target.(*[]int) = []int{1}
	return artifacts.ErrCorrupt
}

func TestLoadReturnsZeroOnError(t *testing.T) {
	got, err := artifacts.Load[[]int](t.Context(), halfway{}, "x", nil)
	if got != nil || !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("Load = %v, %v", got, err)
	}
}

func TestKept(t *testing.T) {
	for _, c := range []struct {
		kept artifacts.Kept
		want string
	}{
		{artifacts.Kept{}, ""},
		{artifacts.Kept{Err: errors.New("disk full")}, "the value could not be kept in a file: disk full"},
		{artifacts.Kept{ID: "1-2", URL: "p.json.d/rescue/1-2"},
			`the value is kept in "p.json.d/rescue/1-2": when the cause is gone, lazyscribe plugin rescue retry 1-2 adds the artifact`},
	} {
		if got := c.kept.String(); got != c.want {
			t.Errorf("%+v: %q", c.kept, got)
		}
	}
}
