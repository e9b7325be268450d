// Package pytime reads and writes times as Python's lazyscribe does.
//
// Written times are naive UTC in whole seconds, "2006-01-02T15:04:05". Read
// times are whatever datetime.fromisoformat of Python 3.11 accepts, since that
// is what a Python program would accept in the same file; a time without an
// offset means UTC. Every time that comes out of this package is in UTC, so
// two readings of one instant are equal with ==.
//
// Functions keep no reference to their arguments, share no state and are safe
// for concurrent use. Errors wrap [ErrInvalid].
package pytime

import (
	"errors"
	"fmt"
	"time"
)

// Layout is the form of a written time, in the notation of package time.
const Layout = "2006-01-02T15:04:05"

// ErrInvalid is wrapped by every error of this package: a text is not a time,
// or not one that can be written again.
var ErrInvalid = errors.New("invalid time")

// Format returns t as it is written into files: in UTC, without an offset,
// cut (not rounded) to the second. Python reads the result back only if
// [InRange] holds for t.
func Format(t time.Time) string { return t.UTC().Format(Layout) }

// Append appends the text of [Format] to dst and returns the extended slice.
func Append(dst []byte, t time.Time) []byte {
	// Package time has a way of its own for RFC 3339, several times as fast as
	// reading a layout. In UTC it differs by the Z at the end.
	dst = t.UTC().AppendFormat(dst, time.RFC3339)
	return dst[:len(dst)-len("Z")]
}

// Seconds returns t in UTC, cut to the second: the time that reading back
// [Format] of t gives.
func Seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// InRange reports whether t, in UTC, lies in the years 1 to 9999, the only
// ones Python's datetime knows. A written time outside them would make Python
// refuse the whole file.
func InRange(t time.Time) bool {
	year := t.UTC().Year()
	return 1 <= year && year <= 9999
}

// fields are the parts of a time as they were read, not yet checked against
// the calendar.
type fields struct {
	year, month, day     int
	hour, minute, second int
	micro                int
}

// utc returns the fields as a time in UTC, or the reason why no such time is.
func (f fields) utc() (time.Time, error) {
	switch {
	case f.year < 1 || f.year > 9999:
		return time.Time{}, errors.New("year is out of range")
	case f.month < 1 || f.month > 12:
		return time.Time{}, errors.New("month is out of range")
	case f.day < 1 || f.day > daysIn(f.year, f.month):
		return time.Time{}, errors.New("day is out of range")
	case f.hour > 23:
		return time.Time{}, errors.New("hour is out of range")
	case f.minute > 59:
		return time.Time{}, errors.New("minute is out of range")
	case f.second > 59:
		return time.Time{}, errors.New("second is out of range")
	}
	return time.Date(f.year, time.Month(f.month), f.day, f.hour, f.minute, f.second, f.micro*1000, time.UTC), nil
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// invalid is the error for text that is no time. The text comes from a file
// and may be of any length; the message shows only its beginning.
func invalid(text string, cause error) error {
	const shown = 64
	dots := ""
	if len(text) > shown {
		text, dots = text[:shown], "..."
	}
	return fmt.Errorf("parse time %q%s: %w: %w", text, dots, ErrInvalid, cause)
}
