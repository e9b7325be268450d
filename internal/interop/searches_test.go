package interop

import (
	"errors"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/repository"
)

// A question is what version is asked for.
type question struct {
	Name    string `json:"name"`
	Version *int   `json:"version"`
	At      string `json:"at"`    // a time; "": none
	Match   string `json:"match"` // "asof"; "": exact
}

// answerFrom answers as search.py does: with the number of the version that is
// found, or the name of Python's error.
func (q question) answerFrom(t *testing.T, repo *repository.Repository) string {
	t.Helper()
	v := repository.Latest()
	switch {
	case q.Version != nil:
		v = repository.Number(*q.Version)
	case q.At != "" && q.Match == "asof":
		v = repository.AsOf(moment(t, q.At))
	case q.At != "":
		v = repository.At(moment(t, q.At))
	}
	a, err := repo.Find(q.Name, v)
	var missing *repository.VersionError
	switch {
	case err == nil:
		return strconv.Itoa(a.Version)
	case errors.As(err, &missing) && missing.Why == repository.UnknownName:
		return "ValueError"
	case errors.Is(err, repository.ErrVersionNotFound):
		return notFound
	}
	return err.Error()
}

// Both sides find the same versions, whoever wrote them. The exception is a
// mistake of lazyscribe 2.2.1: it does not turn an expiry it reads back into a
// time. So it has a TypeError for a name with a saved expiry when it is asked
// for the latest version, and as of a time, unless it meets one without expiry
// first. Versions by number or by their time it finds.
func TestSearches(t *testing.T) {
	needPython(t)
	history := []versionChange{
		// Number 2 was created before number 1.
		{Do: "log", Name: "plain", At: "2025-01-01T12:00:00", Handler: "json", Value: true},
		{Do: "log", Name: "plain", At: "2025-01-20T12:00:00", Handler: "json", Value: true},
		{Do: "log", Name: "plain", At: "2025-01-10T12:00:00", Handler: "json", Value: true},
		// 1 has expired, 2 will not for long.
		{Do: "log", Name: "expiring", At: "2025-01-01T12:00:00", Handler: "json", Value: true},
		{Do: "log", Name: "expiring", At: "2025-01-10T12:00:00", Handler: "json", Value: true},
		{Do: "log", Name: "expiring", At: "2025-01-20T12:00:00", Handler: "json", Value: true},
		{Do: "expire", Name: "expiring", Version: 1, At: "2025-01-15T00:00:00"},
		{Do: "expire", Name: "expiring", Version: 2, At: "2999-01-01T00:00:00"},
		{Do: "log", Name: "expired", At: "2025-01-01T12:00:00", Handler: "json", Value: true},
		{Do: "expire", Name: "expired", Version: 0, At: "2025-02-01T00:00:00"},
	}
	n := func(i int) *int { return &i }
	const missing, same = notFound, ""
	tests := []struct {
		question
		want   string
		python string // what it says instead
	}{
		{question{Name: "plain"}, "1", same},
		{question{Name: "plain", Version: n(2)}, "2", same},
		{question{Name: "plain", Version: n(3)}, missing, same},
		{question{Name: "plain", Version: n(-1)}, missing, same},
		{question{Name: "plain", At: "2025-01-10T12:00:00"}, "2", same},
		{question{Name: "plain", At: "2025-01-10T12:00:01"}, missing, same},
		{question{Name: "plain", At: "2025-01-10T12:00:00", Match: "asof"}, "2", same},
		{question{Name: "plain", At: "2025-01-10T11:59:59", Match: "asof"}, "0", same},
		{question{Name: "plain", At: "2025-01-01T11:59:59", Match: "asof"}, missing, same},
		{question{Name: "nobody"}, "ValueError", same},
		{question{Name: "expiring", Version: n(1)}, "1", same},
		{question{Name: "expiring", At: "2025-01-10T12:00:00"}, "1", same},
		{question{Name: "expiring"}, "2", "TypeError"},
		{question{Name: "expiring", At: "2025-01-05T00:00:00", Match: "asof"}, "0", same},
		{question{Name: "expiring", At: "2025-01-14T23:59:59", Match: "asof"}, "1", "TypeError"},
		{question{Name: "expiring", At: "2025-01-15T00:00:00", Match: "asof"}, "0", "TypeError"},
		{question{Name: "expired", Version: n(0)}, "0", same},
		{question{Name: "expired"}, missing, "TypeError"},
		{question{Name: "expired", At: "2025-01-31T23:59:59", Match: "asof"}, "0", "TypeError"},
		{question{Name: "expired", At: "2025-02-01T00:00:00", Match: "asof"}, missing, "TypeError"},
	}
	for writer, write := range writers {
		t.Run(writer, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, history...)
			questions := make([]question, len(tests))
			for i, c := range tests {
				questions[i] = c.question
			}
			var answers []string
			runPython(t, dir, "search.py", questions, &answers)
			repo := openVersions(t, dir, &repository.Options{Mode: repository.ReadOnly})
			for i, c := range tests {
				if got := c.answerFrom(t, repo); got != c.want {
					t.Errorf("Go answers %+v with %s, want %s", c.question, got, c.want)
				}
				want := c.want
				if c.python != same {
					want = c.python
				}
				if answers[i] != want {
					t.Errorf("Python answers %+v with %s, want %s", c.question, answers[i], want)
				}
			}
		})
	}
}

// What that mistake makes of the rest of lazyscribe 2.2.1. It is what the README
// says of expiries.
func TestExpiriesInPython(t *testing.T) {
	needPython(t)
	dir := t.TempDir()
	changeVersions(t, dir,
		versionChange{Do: "log", Name: "model", At: "2025-01-01T12:00:00", Handler: "json", Value: true},
		versionChange{Do: "expire", Name: "model", Version: 0, At: "2999-01-01T00:00:00"},
	)
	var answers map[string]string
	runPython(t, dir, "expiries.py", nil, &answers)
	want := map[string]string{
		"load the latest": "TypeError", "filter by time": "TypeError", "release": "TypeError", "expire the latest": "TypeError", "promote": "TypeError",
		"load by number": "", "filter by number": "", "expire by number": "", "log": "", "save": "",
	}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if got := describeVersions(t, dir); len(got) != 2 {
		t.Errorf("%d versions, want the one there was and the one Python logged", len(got))
	}
}
