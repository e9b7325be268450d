package pickle

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"time"
)

// The types of times that Go has no own type for.
type (
	// A Naive is a datetime without a time zone: what a clock on the wall shows.
	// Its Time has that reading in UTC.
	Naive struct {
		time.Time
		Fold bool // the second of two equal readings, when clocks are put back
	}

	// A Date is a day of the calendar.
	Date struct {
		Year  int // 1 to 9999
		Month time.Month
		Day   int
	}

	// A TimeOfDay is a time without a date.
	TimeOfDay struct {
		Hour, Minute, Second, Microsecond int

		Fold bool  // the second of two equal readings
		Zone *Zone // nil: none
	}

	// A Zone is a timezone: a fixed offset.
	Zone struct {
		Name   string // "" if it has none
		Offset int    // east of UTC, in seconds; less than a day
	}
)

// naiveLayout is ISO 8601 without a zone, with what of a second there is.
const naiveLayout = "2006-01-02T15:04:05.999999999"

// String is the reading in ISO 8601, without a zone.
func (n Naive) String() string { return n.Format(naiveLayout) }

// MarshalText is String: in text and JSON too a Naive does not say that it is in
// UTC, as its Time would.
func (n Naive) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads what MarshalText returns.
func (n *Naive) UnmarshalText(text []byte) error {
	t, err := time.Parse(naiveLayout, string(text))
	if err == nil {
		*n = Naive{Time: t}
	}
	return err
}

// MarshalJSON is the text in quotes.
func (n Naive) MarshalJSON() ([]byte, error) { return strconv.AppendQuote(nil, n.String()), nil }

// UnmarshalJSON reads what MarshalJSON returns; null changes nothing.
func (n *Naive) UnmarshalJSON(quoted []byte) error {
	if string(quoted) == "null" {
		return nil
	}
	text, err := strconv.Unquote(string(quoted))
	if err != nil {
		return err
	}
	return n.UnmarshalText([]byte(text))
}

// maxOffset is the offset that no zone reaches, in seconds.
const maxOffset = 24 * 60 * 60

// utc is written without a name, and is time.UTC in Go.
var utc = Zone{}

// location returns the zone as Go has it.
func (z Zone) location() *time.Location {
	if z == utc {
		return time.UTC
	}
	return time.FixedZone(z.Name, z.Offset)
}

// zoneOf returns the zone of a time.
func zoneOf(t time.Time) Zone {
	if t.Location() == time.UTC {
		return utc
	}
	name, offset := t.Zone()
	return Zone{name, offset}
}

// The states that Python gives datetime, date and time, as bytes: the fields
// from the year on, big-endian. The top bit of the month or the hour is the fold.
const (
	dateSize     = 4
	timeSize     = 6
	datetimeSize = dateSize + timeSize
	foldBit      = 0x80
)

func (d Date) pack() []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(d.Year)), byte(d.Month), byte(d.Day))
}

func unpackDate(b []byte) (Date, error) {
	d := Date{int(binary.BigEndian.Uint16(b)), time.Month(b[2]), int(b[3])}
	return d, d.check()
}

// check refuses what is no day of Python's calendar.
func (d Date) check() error {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	if y, m, day := t.Date(); d.Year < 1 || d.Year > 9999 || y != d.Year || m != d.Month || day != d.Day {
		return fmt.Errorf("no date: %d-%d-%d", d.Year, d.Month, d.Day)
	}
	return nil
}

func (t TimeOfDay) pack() []byte {
	b := []byte{byte(t.Hour), byte(t.Minute), byte(t.Second), byte(t.Microsecond >> 16), byte(t.Microsecond >> 8), byte(t.Microsecond)}
	if t.Fold {
		b[0] |= foldBit
	}
	return b
}

func unpackTime(b []byte) (TimeOfDay, error) {
	t := TimeOfDay{
		Hour:        int(b[0] &^ foldBit),
		Minute:      int(b[1]),
		Second:      int(b[2]),
		Microsecond: int(b[3])<<16 | int(b[4])<<8 | int(b[5]),
		Fold:        b[0]&foldBit != 0,
	}
	return t, t.check()
}

func (t TimeOfDay) check() error {
	in := func(n, limit int) bool { return 0 <= n && n < limit }
	if !in(t.Hour, 24) || !in(t.Minute, 60) || !in(t.Second, 60) || !in(t.Microsecond, 1e6) {
		return fmt.Errorf("no time of day: %02d:%02d:%02d.%06d", t.Hour, t.Minute, t.Second, t.Microsecond)
	}
	if t.Zone != nil {
		return t.Zone.check()
	}
	return nil
}

func (z Zone) check() error {
	if z.Offset <= -maxOffset || z.Offset >= maxOffset {
		return fmt.Errorf("no time zone: %d seconds from UTC", z.Offset)
	}
	return nil
}

// packDatetime gives the reading of t in its zone.
func packDatetime(t time.Time, fold bool) ([]byte, error) {
	y, m, d := t.Date()
	date := Date{y, m, d}
	if err := date.check(); err != nil {
		return nil, err
	}
	of := TimeOfDay{Hour: t.Hour(), Minute: t.Minute(), Second: t.Second(), Microsecond: t.Nanosecond() / 1000}
	b := append(date.pack(), of.pack()...)
	if fold {
		b[2] |= foldBit // in the month, where there is a date
	}
	return b, nil
}

func unpackDatetime(b []byte, loc *time.Location) (t time.Time, fold bool, err error) {
	fold = b[2]&foldBit != 0
	date, err := unpackDate([]byte{b[0], b[1], b[2] &^ foldBit, b[3]})
	if err != nil {
		return t, false, err
	}
	of, err := unpackTime(b[dateSize:])
	if err != nil {
		return t, false, err
	}
	return time.Date(date.Year, date.Month, date.Day, of.Hour, of.Minute, of.Second, of.Microsecond*1000, loc), fold, nil
}
