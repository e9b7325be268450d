package artifacts

import (
	"errors"
	"fmt"
	"time"
)

// ExpiryAt returns when an artifact created at the time given expires by these
// options, in whole seconds; zero is never. Expiry and TTL together, a TTL below
// zero, and a time outside the years 1 to 9999, which Python could not read, are
// errors.
func (o *LogOptions) ExpiryAt(created time.Time) (time.Time, error) {
	switch {
	case o == nil:
		return time.Time{}, nil
	case o.TTL != 0 && !o.Expiry.IsZero():
		return time.Time{}, errors.New("expiry and time to live are both set: give one of them")
	case o.TTL < 0:
		return time.Time{}, fmt.Errorf("time to live %v is below zero", o.TTL)
	case o.TTL == 0 && o.Expiry.IsZero():
		return time.Time{}, nil
	}
	expiry := o.Expiry
	if o.TTL > 0 {
		expiry = created.Add(o.TTL)
	}
	expiry = expiry.UTC().Truncate(time.Second)
	if year := expiry.Year(); year < 1 || year > 9999 {
		return time.Time{}, fmt.Errorf("expiry is in the year %d, want 1 to 9999", year)
	}
	return expiry, nil
}
