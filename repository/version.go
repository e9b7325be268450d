package repository

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

// A Version says which version of an artifact is meant. The zero Version is
// [Latest]. Versions can be compared with ==.
type Version struct {
	kind versionKind
	n    int
	at   time.Time // UTC
}

type versionKind uint8

const (
	latest versionKind = iota
	number
	at
	asOf
)

// Latest is the version created last of those that have not expired by now. An
// expiry equal to now has come. Of several created in one second, the one added
// last is meant.
func Latest() Version { return Version{} }

// Number is the version with this number, whether it has expired or not.
func Number(n int) Version { return Version{kind: number, n: n} }

// At is the version created at this time, to the second, whether it has expired
// or not. Of several, the one added first is meant.
func At(t time.Time) Version { return Version{kind: at, at: pytime.Seconds(t)} }

// AsOf is what Latest was at this time: the version created last until then, t
// itself included, of those that had not expired by then, going by the expiries
// as they are known today.
func AsOf(t time.Time) Version { return Version{kind: asOf, at: t.UTC().Round(0)} }

const asOfPrefix = "asof:"

// ParseVersion reads a version as it is typed: "latest", a number such as "3",
// a time of creation such as "2025-01-25T12:36:22", or "asof:" and a time. Times
// are UTC. Anything else is [ErrInvalidVersion].
func ParseVersion(s string) (Version, error) {
	v, err := parseVersion(s)
	if err != nil {
		return v, fmt.Errorf("%w %q: %w", ErrInvalidVersion, s, err)
	}
	return v, nil
}

var errVersionForm = errors.New("want latest, a number, a time such as 2025-01-25T12:36:22, or asof:TIME")

func parseVersion(s string) (Version, error) {
	if s == "latest" {
		return Latest(), nil
	}
	rest, isAsOf := strings.CutPrefix(s, asOfPrefix)
	if isNumber(rest) {
		if isAsOf {
			return Version{}, errors.New("a number has no time: asof: wants one such as asof:2025-01-25T12:36:22")
		}
		n, err := strconv.Atoi(rest)
		if err != nil {
			return Version{}, errors.New("the number is too large")
		}
		return Number(n), nil
	}
	t, err := pytime.ParseStrict(rest)
	switch {
	case err != nil:
		return Version{}, errVersionForm
	case isAsOf:
		return AsOf(t), nil
	}
	return At(t), nil
}

func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// String returns the text that ParseVersion reads.
func (v Version) String() string {
	switch v.kind {
	case number:
		return strconv.Itoa(v.n)
	case at:
		return pytime.Format(v.at)
	case asOf:
		return asOfPrefix + pytime.Format(v.at)
	}
	return "latest"
}
