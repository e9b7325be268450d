package pickle

import (
	"errors"
	"time"
)

// state returns the bytes that come first in the arguments of a time, and the
// zone that may come second.
func state(args []any, size int) (b []byte, zone *Zone, err error) {
	if len(args) < 1 || len(args) > 2 {
		return nil, nil, errArguments
	}
	b, ok := args[0].([]byte)
	if !ok || len(b) != size {
		return nil, nil, errArguments
	}
	if len(args) == 2 {
		z, ok := args[1].(Zone)
		if !ok {
			return nil, nil, errArguments
		}
		zone = &z
	}
	return b, zone, nil
}

func newDatetime(_ *machine, args []any) (any, error) {
	b, zone, err := state(args, datetimeSize)
	if err != nil {
		return nil, err
	}
	loc := time.UTC
	if zone != nil {
		loc = zone.location()
	}
	t, fold, err := unpackDatetime(b, loc)
	if zone != nil { // an offset that is fixed has no fold
		return t, err
	}
	return Naive{t, fold}, err
}

func newDate(_ *machine, args []any) (any, error) {
	b, zone, err := state(args, dateSize)
	if err != nil || zone != nil {
		return nil, errors.Join(errArguments, err)
	}
	return unpackDate(b)
}

func newTime(_ *machine, args []any) (any, error) {
	b, zone, err := state(args, timeSize)
	if err != nil {
		return nil, err
	}
	t, err := unpackTime(b)
	t.Zone = zone
	return t, err
}

func newTimezone(_ *machine, args []any) (any, error) {
	if len(args) < 1 || len(args) > 2 {
		return nil, errArguments
	}
	offset, ok := args[0].(time.Duration)
	if !ok {
		return nil, errArguments
	}
	if offset%time.Second != 0 {
		return nil, notPlain("a timezone whose offset has parts of a second")
	}
	z := Zone{Offset: int(offset / time.Second)}
	if len(args) == 2 {
		if z.Name, ok = args[1].(string); !ok {
			return nil, errArguments
		}
	}
	return z, z.check()
}
