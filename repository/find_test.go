package repository_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// R6-R12: each kind of nothing says what was looked for, and why it is not there.
func TestVersionErrors(t *testing.T) {
	w := watch.New()
	r := openAt(t, manifestIn(t), &repository.Options{Now: w.Now})
	log(t, r, "model", 0, &artifacts.LogOptions{TTL: time.Hour})
	w.Advance(time.Minute)
	log(t, r, "model", 1, &artifacts.LogOptions{TTL: time.Second})
	w.Advance(time.Hour)
	for _, c := range []struct {
		name    string
		version repository.Version
		why     repository.Nothing
		first   string
		expired string
		message string
	}{
		{"zz", repository.Latest(), repository.UnknownName, "", "", `find version: artifact "zz": no version has this name`},
		{"zz", repository.Number(0), repository.UnknownName, "", "", `find version: artifact "zz": no version has this name`},
		{"model", repository.Number(2), repository.UnknownNumber, "", "", `find version: artifact "model": no version 2`},
		{"model", repository.Number(-1), repository.UnknownNumber, "", "", `find version: artifact "model": no version -1`},
		{"model", repository.At(day(2025, 3, 1)), repository.UnknownNumber, "", "", `find version: artifact "model": no version was created at 2025-03-01T00:00:00`},
		{"model", repository.AsOf(day(2025, 3, 1)), repository.NoneYet, "2025-03-01T10:00:00", "", `find version: artifact "model" as of 2025-03-01T00:00:00: none yet, the first version was created 2025-03-01T10:00:00`},
		{"model", repository.Latest(), repository.AllExpired, "", "2025-03-01T11:00:00", `find version: artifact "model": all versions have expired, the last one 2025-03-01T11:00:00`},
		{"model", repository.AsOf(day(2025, 3, 2)), repository.AllExpired, "", "2025-03-01T11:00:00", `find version: artifact "model" as of 2025-03-02T00:00:00: all versions have expired, the last one 2025-03-01T11:00:00`},
	} {
		_, err := r.Find(c.name, c.version)
		none, ok := errors.AsType[*repository.VersionError](err)
		if !ok || none.Name != c.name || none.Version != c.version || none.Why != c.why || err.Error() != c.message {
			t.Errorf("%s %v: got error %v", c.name, c.version, err)
			continue
		}
		wantError(t, err, repository.ErrVersionNotFound)
		wantError(t, err, artifacts.ErrNotFound)
		if errors.Is(err, repository.ErrExpired) != (c.why == repository.AllExpired) {
			t.Errorf("%s %v: expired or not: %v", c.name, c.version, err)
		}
		if c.first != "" {
			same(t, "first", none.First, moment(t, c.first))
		}
		if c.expired != "" {
			same(t, "expired", none.Expired, moment(t, c.expired))
		}
	}
}

// A history is the slow and obvious model of the versions of one name.
type history []artifacts.Artifact

// created returns the versions until a time in the order of their creation.
func (h history) created(until time.Time) history {
	var list history
	for _, a := range h {
		if !a.CreatedAt.After(until) {
			list = append(list, a)
		}
	}
	for i := range list { // insertion sort keeps the order of those of one time
		for j := i; j > 0 && list[j].CreatedAt.Before(list[j-1].CreatedAt); j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	return list
}

// valid returns the last version created by then that has not expired at a time.
func (h history) valid(created, at time.Time) (n int, why repository.Nothing) {
	list := h.created(created)
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Expiry.IsZero() || at.Before(list[i].Expiry) {
			return list[i].Version, 0
		}
	}
	if len(list) == 0 {
		return 0, repository.NoneYet
	}
	return 0, repository.AllExpired
}

func (h history) at(t time.Time) (int, repository.Nothing) {
	for _, a := range h.created(day(9999, 1, 1)) {
		if a.CreatedAt.Equal(t) {
			return a.Version, 0
		}
	}
	return 0, repository.UnknownNumber
}

// TestFindAgainstModel lets a random history of logging, expiring, waiting,
// saving and reopening run, and asks everything after each step.
func TestFindAgainstModel(t *testing.T) {
	names := []string{"b", "a", "ä", "A"}
	asked := 0
	for seed := range uint64(pick(40, 400)) {
		random := rand.New(rand.NewPCG(seed, 7))
		w := watch.New()
		url := manifestIn(t)
		r := openAt(t, url, &repository.Options{Now: w.Now, NoSync: true})
		model := map[string]history{}
		for step := range 40 {
			name := names[random.IntN(len(names))]
			switch random.IntN(8) {
			case 0, 1, 2:
				o := &artifacts.LogOptions{}
				if random.IntN(2) == 0 {
					o.TTL = time.Duration(1+random.IntN(8)) * time.Second
				}
				a := log(t, r, name, step, o)
				model[name] = append(model[name], a)
			case 3:
				if n := len(model[name]); n > 0 {
					i := random.IntN(n)
					at := w.Now().Add(time.Duration(random.IntN(9)-3) * time.Second)
					if random.IntN(4) == 0 {
						at = time.Time{}
					}
					noError(t, r.SetExpiry(name, repository.Number(i), at))
					model[name][i].Expiry = at
				}
			case 4, 5:
				w.Advance(time.Duration(random.IntN(3)) * time.Second)
			case 6:
				w.Advance(-time.Second) // clocks go back, too
			case 7:
				save(t, r)
				if random.IntN(2) == 0 {
					r = openAt(t, url, &repository.Options{Now: w.Now, NoSync: true})
				}
			}
			asked += askAll(t, r, model, names, w.Now(), random)
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
		}
	}
	t.Logf("%d questions", asked)
}

func askAll(t *testing.T, r *repository.Repository, model map[string]history, names []string, now time.Time, random *rand.Rand) int {
	t.Helper()
	asked := 0
	ask := func(name string, v repository.Version, want int, why repository.Nothing) {
		t.Helper()
		asked++
		if len(model[name]) == 0 {
			why = repository.UnknownName
		}
		got, err := r.Find(name, v)
		if none, ok := errors.AsType[*repository.VersionError](err); why != 0 && (!ok || none.Why != why) {
			t.Errorf("%s %v: got version %d, error %v, want %v", name, v, got.Version, err, why)
		}
		if why == 0 && (err != nil || got.Version != want) {
			t.Errorf("%s %v: got version %d, error %v, want %d", name, v, got.Version, err, want)
		}
	}
	for _, name := range names {
		h := model[name]
		want, why := h.valid(day(9999, 1, 1), now)
		ask(name, repository.Latest(), want, why)
		moment := now.Add(time.Duration(random.IntN(21)-18) * time.Second)
		want, why = h.valid(moment, moment)
		ask(name, repository.AsOf(moment), want, why)
		want, why = h.at(moment)
		ask(name, repository.At(moment), want, why)
		for n := -1; n <= len(h); n++ {
			why = 0
			if n < 0 || n == len(h) {
				why = repository.UnknownNumber
			}
			ask(name, repository.Number(n), n, why)
		}
		var order []int
		for _, a := range h.created(day(9999, 1, 1)) {
			order = append(order, a.Version)
		}
		same(t, "versions of "+name, numbers(r, name), order)
	}
	var known []string
	for _, name := range []string{"A", "a", "b", "ä"} {
		if len(model[name]) > 0 {
			known = append(known, name)
		}
		if r.Contains(name) != (len(model[name]) > 0) {
			t.Errorf("contains %q: %v", name, r.Contains(name))
		}
	}
	same(t, "names", r.Names(), known)
	if !r.Pending() {
		askFilter(t, r, model, known, now)
	}
	return asked
}

// askFilter compares a filter by time with the model; its order is that of the
// names, whatever was logged when.
func askFilter(t *testing.T, r *repository.Repository, model map[string]history, known []string, now time.Time) {
	t.Helper()
	f, err := r.FilterAsOf(now)
	noError(t, err)
	var got, want []string
	for a := range f.All() {
		got = append(got, fmt.Sprintf("%s %d", a.Name, a.Version))
	}
	for _, name := range known {
		if n, why := model[name].valid(now, now); why == 0 {
			want = append(want, fmt.Sprintf("%s %d", name, n))
		}
	}
	same(t, "filter", got, want)
	noError(t, f.Close())
}

// An expiry that is equal to the time asked for has come.
func TestExpiryAtTheSecond(t *testing.T) {
	w := watch.New()
	r := openAt(t, manifestIn(t), &repository.Options{Now: w.Now})
	expiry := w.Now().Add(time.Minute)
	log(t, r, "a", 0, &artifacts.LogOptions{Expiry: expiry})
	for _, c := range []struct {
		after   time.Duration
		expired bool
	}{{-time.Nanosecond, false}, {0, true}, {time.Nanosecond, true}} {
		w.Set(expiry.Add(c.after))
		for _, v := range []repository.Version{repository.Latest(), repository.AsOf(w.Now())} {
			if _, err := r.Find("a", v); errors.Is(err, repository.ErrExpired) != c.expired {
				t.Errorf("%v after the expiry, %v: %v", c.after, v, err)
			}
		}
	}
}

// What is handed out is the caller's.
func TestFindCopies(t *testing.T) {
	r := openAt(t, manifestOf(t, `[{"name": "a", "handler": "json", "created_at": "2025-01-01T00:00:00", "fname": "a.json", "env": "x", "more": [1]}]`), nil)
	a := find(t, r, "a", repository.Latest())
	a.Environment["env"], a.Extra["more"][0] = "changed", '#'
	for b := range r.All() {
		b.Environment["env"] = "changed"
	}
	for b := range r.Versions("a") {
		b.Extra["more"][0] = '#'
	}
	b := find(t, r, "a", repository.Latest())
	if b.Environment["env"] != "x" || string(b.Extra["more"]) != "[1]" {
		t.Errorf("got %v, %s", b.Environment, b.Extra["more"])
	}
}

// Loops may end early, and what is logged meanwhile waits for the next one.
func TestRanges(t *testing.T) {
	r := openAt(t, manifestIn(t), nil)
	for i := range 3 {
		log(t, r, "a", i, nil)
	}
	for name, seq := range map[string]func(func(artifacts.Artifact) bool){"All": r.All(), "Versions": r.Versions("a")} {
		n := 0
		for range seq {
			if n++; n == 2 {
				break
			}
		}
		if n != 2 {
			t.Errorf("%s: %d rounds", name, n)
		}
	}
	n := 0
	for range r.All() {
		log(t, r, "a", 0, nil)
		n++
	}
	if n != 3 || r.Len() != 6 {
		t.Errorf("%d rounds, %d versions", n, r.Len())
	}
	if list := slices.Collect(r.Versions("zz")); len(list) != 0 {
		t.Errorf("unknown name: %v", list)
	}
	if _, err := r.Current(artifacts.Artifact{Name: "zz", Version: 3}); err == nil || !strings.Contains(err.Error(), `"zz": no version 3`) {
		t.Errorf("got error %v", err)
	}
}
