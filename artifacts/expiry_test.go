package artifacts_test

import (
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestExpiryAt(t *testing.T) {
	created := time.Date(2025, 1, 2, 3, 4, 5, 900_000_000, time.UTC)
	berlin := time.FixedZone("", 3600)
	tests := []struct {
		name string
		o    *artifacts.LogOptions
		want time.Time
		err  bool
	}{
		{name: "no options"},
		{name: "never", o: &artifacts.LogOptions{}},
		{name: "time to live", o: &artifacts.LogOptions{TTL: time.Hour}, want: time.Date(2025, 1, 2, 4, 4, 5, 0, time.UTC)},
		{name: "expiry", o: &artifacts.LogOptions{Expiry: time.Date(2026, 1, 1, 1, 0, 0, 5, berlin)}, want: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		{name: "both", o: &artifacts.LogOptions{TTL: 1, Expiry: created}, err: true},
		{name: "below zero", o: &artifacts.LogOptions{TTL: -1}, err: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.o.ExpiryAt(created)
			if (err != nil) != test.err || !got.Equal(test.want) || !test.want.IsZero() && got.Location() != time.UTC {
				t.Errorf("ExpiryAt = %v, %v; want %v, error %v", got, err, test.want, test.err)
			}
		})
	}
}
