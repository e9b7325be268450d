package experiment

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// Values that were encoded when they were logged, perhaps into a temporary
// file, are let go when their draft or their test comes to nothing, and kept
// until the save when it does not.
func TestValuesOfDraftsAreClosed(t *testing.T) {
	home := &record.Home{Manifest: "project.json", Loader: payload.Loader{Handlers: artifacts.Default()}}
	now := func() time.Time { return time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC) }
	failed := errors.New("failed")
	for _, test := range []struct {
		name           string
		testFails      error
		end            func(*Draft)
		own, ofTheTest bool // the value is still held
	}{
		{"sealed", nil, func(d *Draft) { _, _, _ = Seal(d) }, true, true},
		{"test failed", failed, func(d *Draft) { _, _, _ = Seal(d) }, true, false},
		{"discarded", nil, Discard, false, false},
	} {
		d := NewDraft(&record.Body{Name: "x", Slug: "x"}, home, now)
		log := func(to interface {
			LogArtifact(name string, value any, alias string, opts *artifacts.LogOptions) error
		}) {
			if err := to.LogArtifact("a", "value", "text", &artifacts.LogOptions{Now: true}); err != nil {
				t.Fatal(err)
			}
		}
		log(d)
		var inner *record.Artifact
		err := d.LogTest("part", "", func(td *TestDraft) error {
			log(td)
			inner = td.artifacts[0]
			return test.testFails
		})
		if err != test.testFails {
			t.Fatal(err)
		}
		own := d.artifacts[0]
		test.end(d)
		for a, held := range map[*record.Artifact]bool{own: test.own, inner: test.ofTheTest} {
			if err := a.Pending().WriteTo(t.Context(), io.Discard); (err == nil) != held {
				t.Errorf("%s: held %v, want %v", test.name, err == nil, held)
			}
		}
	}
}
