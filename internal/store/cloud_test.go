package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// openScripted opens a bucket of a cloud, whose probe is over.
func openScripted(t *testing.T, bucket string) *store.Store {
	t.Helper()
	s, _, err := store.Open(t.Context(), "scripted://"+bucket+"/m.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), "probed-"+bucket, text("x")); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestLostAnswers counts once while answers to the writes are lost in all ways
// that matter: it is counted once, or said to be unknown.
func TestLostAnswers(t *testing.T) {
	c := newScripted()
	// Two buckets to the process, so that they do not queue, are one in truth.
	s, other := openScripted(t, "lost"), openScripted(t, "lost-other")
	otherCounts := func() {
		script := c.put
		c.put = nil
		if _, err := storetest.Increment(t.Context(), other, "m.json", nil); err != nil {
			t.Error(err)
		}
		c.put = script
	}
	for _, test := range []struct {
		name string
		put  func(n int, do func() error) error
		want string
		err  error
	}{
		{"not done", func(n int, do func() error) error {
			if n == 1 {
				return errLost
			}
			return do()
		}, "6", nil},
		{"done", func(_ int, do func() error) error {
			if err := do(); err != nil {
				return err
			}
			return errLost
		}, "6", nil},
		{"done, and sent again by a proxy", func(n int, do func() error) error {
			if n == 1 {
				if err := do(); err != nil {
					return err
				}
			}
			return do()
		}, "6", nil},
		{"not done, and another came", func(n int, do func() error) error {
			if n == 1 {
				otherCounts()
				return errLost
			}
			return do()
		}, "7", nil},
		{"done, and others came", func(_ int, do func() error) error {
			if err := do(); err != nil {
				return err
			}
			otherCounts()
			otherCounts()
			return errLost
		}, "8", nil},
		{"late, after it was looked for", func(n int, do func() error) error {
			if n == 1 {
				return errLost // it is on its way still
			}
			return errors.Join(do(), do()) // it comes with the second one
		}, "6", nil},
		{"lost, and a program came that keeps no record", func(int, func() error) error {
			c.foreign("m.json", "70")
			return errLost
		}, "70", artifacts.ErrOutcomeUnknown},
		{"lost, and then refused", func(n int, _ func() error) error {
			if n == 1 {
				return errLost
			}
			return errDenied
		}, "5", artifacts.ErrOutcomeUnknown},
		{"refused", func(int, func() error) error { return errDenied }, "5", errDenied},
	} {
		c.foreign("m.json", "5")
		c.puts, c.put = 0, test.put
		_, err := storetest.Increment(t.Context(), s, "m.json", nil)
		c.put = nil
		if !errors.Is(err, test.err) || test.err == errDenied && errors.Is(err, artifacts.ErrOutcomeUnknown) {
			t.Errorf("%s: %v", test.name, err)
		}
		if got := string(c.objects["m.json"].data); got != test.want {
			t.Errorf("%s: counted %s, want %s", test.name, got, test.want)
		}
	}
}

// TestManyWrites has more writes come in between than an object remembers.
func TestManyWrites(t *testing.T) {
	c := newScripted()
	s, other := openScripted(t, "many"), openScripted(t, "many-other")
	c.put = func(int, func() error) error {
		c.put = nil
		for range 200 {
			if _, err := storetest.Increment(t.Context(), other, "m.json", nil); err != nil {
				t.Error(err)
			}
		}
		return errLost
	}
	if _, err := storetest.Increment(t.Context(), s, "m.json", nil); !errors.Is(err, artifacts.ErrOutcomeUnknown) {
		t.Errorf("error %v", err)
	}
	if n := len(c.objects["m.json"].writes); n > 2000 {
		t.Errorf("%d bytes of metadata, S3 takes 2 KB", n)
	}
}

// TestLostCreate loses answers to the creation of a file.
func TestLostCreate(t *testing.T) {
	c := newScripted()
	s := openScripted(t, "create")
	for _, test := range []struct {
		name string
		put  func(n int, do func() error) error
		err  error
		want string // the file's content, "" for none
	}{
		{"done", func(_ int, do func() error) error { return errors.Join(errLost, do()) }, nil, "mine"},
		{"done and sent again", func(_ int, do func() error) error { return errors.Join(do(), do()) }, nil, "mine"},
		{"not done", func(int, func() error) error { return errLost }, artifacts.ErrOutcomeUnknown, ""},
		{"taken", func(_ int, do func() error) error { c.foreign("a", "theirs"); return do() }, artifacts.ErrExists, "theirs"},
		{"taken and lost", func(int, func() error) error { c.foreign("a", "mine"); return errLost }, artifacts.ErrExists, "mine"},
		{"refused", func(int, func() error) error { return errDenied }, errDenied, ""},
	} {
		delete(c.objects, "a")
		c.put = test.put
		_, err := s.Create(t.Context(), "a", text("mine"))
		c.put = nil
		if !errors.Is(err, test.err) || err != nil && test.err == nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if got := string(c.objects["a"].data); got != test.want {
			t.Errorf("%s: the file has %q, want %q", test.name, got, test.want)
		}
	}
}

// TestNoRights cannot write at all: that is said, and nothing else is believed.
func TestNoRights(t *testing.T) {
	c := newScripted()
	c.deny = true
	s, key, err := store.Open(t.Context(), "scripted://denied/folder/m.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = storetest.Increment(t.Context(), s, key, nil)
	if !errors.Is(err, errDenied) || !strings.HasPrefix(err.Error(), `update "scripted://denied/folder/m.json": `) || s.SingleWriter() {
		t.Errorf("error %v, single writer %t", err, s.SingleWriter())
	}
	c.deny = false // the next try asks again
	if _, err := storetest.Increment(t.Context(), s, key, nil); err != nil {
		t.Error(err)
	}
}
