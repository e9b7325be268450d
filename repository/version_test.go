package repository_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/repository"
)

func TestParseVersion(t *testing.T) {
	when := time.Date(2025, 1, 25, 12, 36, 22, 0, time.UTC)
	for text, want := range map[string]repository.Version{
		"latest":                     repository.Latest(),
		"0":                          repository.Number(0),
		"3":                          repository.Number(3),
		"007":                        repository.Number(7),
		"-1":                         repository.Number(-1),
		"2025-01-25T12:36:22":        repository.At(when),
		"2025-1-25T12:36:22":         repository.At(when), // as strptime has it
		"asof:2025-01-25T12:36:22":   repository.AsOf(when),
		"asof:0001-01-01T00:00:00":   repository.AsOf(time.Time{}),
		"9999-12-31T23:59:59":        repository.At(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)),
		"asof: 2025-01-25T12:36:22":  {},
		"":                           {},
		"Latest":                     {},
		"+3":                         {},
		"3.0":                        {},
		"--1":                        {},
		"-":                          {},
		"٣":                          {},
		"99999999999999999999":       {},
		"asof:":                      {},
		"asof:3":                     {},
		"asof:-3":                    {},
		"asof:latest":                {},
		"asof:asof:3":                {},
		"2025-01-25":                 {},
		"2025-01-25 12:36:22":        {},
		"2025-01-25T12:36:22Z":       {},
		"2025-01-25T12:36:22.5":      {},
		"2025-02-29T00:00:00":        {},
		"asof:2025-01-25T12:36:22+1": {},
		"v3":                         {},
	} {
		got, err := repository.ParseVersion(text)
		if valid := want != (repository.Version{}) || text == "latest"; valid {
			if err != nil || got != want {
				t.Errorf("%q is %v, error %v; want %v", text, got, err, want)
			}
			if again, err := repository.ParseVersion(got.String()); err != nil || again != got {
				t.Errorf("%q is written %q and read back as %v, %v", text, got, again, err)
			}
			continue
		}
		if !errors.Is(err, repository.ErrInvalidVersion) || !strings.Contains(err.Error(), "want") && !strings.Contains(err.Error(), "too large") {
			t.Errorf("%q is %v, error %v", text, got, err)
		}
	}
}

// At goes by the second, so that a version's own printed time finds it; the zone
// of a time does not matter.
func TestVersionsOfOneTime(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	a := time.Date(2025, 1, 25, 14, 36, 22, 999, zone)
	if got, want := repository.At(a), repository.At(time.Date(2025, 1, 25, 12, 36, 22, 0, time.UTC)); got != want {
		t.Errorf("%v and %v differ", got, want)
	}
	if got := repository.AsOf(a).String(); got != "asof:2025-01-25T12:36:22" {
		t.Errorf("got %q", got)
	}
}

func TestParseMode(t *testing.T) {
	for _, m := range []repository.Mode{repository.ReadWrite, repository.ReadOnly, repository.Truncate} {
		if got, err := repository.ParseMode(m.String()); err != nil || got != m {
			t.Errorf("%v is read back as %v, %v", m, got, err)
		}
	}
	for _, text := range []string{"", "a", "W", "rw", "Mode(7)"} { // R1: there is no "a"
		if m, err := repository.ParseMode(text); err == nil {
			t.Errorf("%q is %v", text, m)
		}
	}
	if _, err := repository.Open(t.Context(), manifestIn(t), &repository.Options{Mode: 7}); err == nil {
		t.Error("opened in an unknown mode")
	}
}

func FuzzParseVersion(f *testing.F) {
	for _, text := range []string{"latest", "3", "-1", "2025-01-25T12:36:22", "asof:2025-01-25T12:36:22", "asof:3", "asof:", "99999999999999999999", "2025- 1- 2T3:4:5"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := repository.ParseVersion(text)
		if err != nil {
			if !errors.Is(err, repository.ErrInvalidVersion) {
				t.Errorf("error %v", err)
			}
			return
		}
		if again, err := repository.ParseVersion(v.String()); err != nil || again != v {
			t.Errorf("%q is written %q and read back as %v, %v", text, v, again, err)
		}
	})
}
