package cli

import (
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestInWords(t *testing.T) {
	tests := map[time.Duration]string{
		0:                                    "1 second",
		time.Second:                          "1 second",
		1600 * time.Millisecond:              "2 seconds",
		89 * time.Second:                     "89 seconds",
		90 * time.Second:                     "2 minutes",
		90 * time.Minute:                     "2 hours",
		24 * time.Hour:                       "24 hours",
		36 * time.Hour:                       "2 days",
		72*time.Hour - time.Second:           "3 days",
		365 * 24 * time.Hour:                 "365 days",
		time.Unix(1<<34, 0).Sub(time.Time{}): "centuries",
		10*365*24*time.Hour - 5*time.Hour:    "10 years",
	}
	for d, want := range tests {
		if got := inWords(d); got != want {
			t.Errorf("inWords(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestLifetime(t *testing.T) {
	tests := map[string]time.Duration{ // 0: an error
		"30d": 720 * time.Hour, "1d": 24 * time.Hour, "106751d": 106751 * 24 * time.Hour, "1h30m": 90 * time.Minute, "5s": 5 * time.Second,
		"": 0, "d": 0, "0d": 0, "-1d": 0, "1.5d": 0, "106752d": 0, "0s": 0, "-1h": 0, "3": 0, "soon": 0, "1d12h": 0,
	}
	for text, want := range tests {
		var l lifetime
		err := l.Set(text)
		if (err == nil) != (want != 0) || time.Duration(l) != want {
			t.Errorf("Set(%q): %v, error %v; want %v", text, time.Duration(l), err, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	now := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	a := &app{now: func() time.Time { return now }}
	tests := map[string]time.Time{ // zero: a usage error
		"now":                       now,
		"2025-01-25":                time.Date(2025, 1, 25, 0, 0, 0, 0, time.UTC),
		"2025-01-25T12:36:22":       time.Date(2025, 1, 25, 12, 36, 22, 0, time.UTC),
		"2025-01-25T12:36:22+01:00": time.Date(2025, 1, 25, 11, 36, 22, 0, time.UTC),
		"":                          {}, "tomorrow": {}, "3": {}, "2025-02-30": {},
	}
	for text, want := range tests {
		got, err := a.parseTime("at", text)
		if want.IsZero() {
			wantUsage(t, text, err)
		} else if err != nil || !got.Equal(want) {
			t.Errorf("parseTime(%q) = %v, error %v; want %v", text, got, err, want)
		}
	}
}

func TestExpiry(t *testing.T) {
	now := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	a := &app{now: func() time.Time { return now }, output: tableOutput}
	tests := []struct {
		x    artifacts.Artifact
		want string
	}{
		{artifacts.Artifact{}, ""},
		{artifacts.Artifact{Expiry: now.Add(3 * day)}, "2025-06-04T00:00:00 (expires in 3 days)"},
		{artifacts.Artifact{Expiry: now}, "2025-06-01T00:00:00 (expired)"}, // equal to now has come
		{artifacts.Artifact{Expiry: now.Add(-day), PurgedAt: now}, "2025-05-31T00:00:00 (expired, purged)"},
	}
	for _, test := range tests {
		if got := text(a.expiry(test.x)); got != test.want {
			t.Errorf("expiry %v: %q, want %q", test.x.Expiry, got, test.want)
		}
	}
	a.output = csvOutput
	if got := text(a.expiry(artifacts.Artifact{Expiry: now})); got != "2025-06-01T00:00:00" {
		t.Errorf("for programs: %q", got)
	}
}
