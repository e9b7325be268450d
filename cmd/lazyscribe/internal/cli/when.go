package cli

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

// timeHelp says what parseTime reads.
const timeHelp = `A TIME is one such as 2025-01-25T12:36:22, a date or "now". Without an offset it
is UTC.`

// parseTime reads the time a flag was given.
func (a *app) parseTime(flag, text string) (time.Time, error) {
	if text == "now" {
		return a.now(), nil
	}
	t, err := pytime.Parse(text)
	if err != nil {
		return t, usagef("--%s %q: want a time such as 2025-01-25T12:36:22, a date, or now", flag, text)
	}
	return t, nil
}

// expiry is the value of a listing for when an artifact expires: for people
// with what that means today.
func (a *app) expiry(x artifacts.Artifact) any {
	if a.output != tableOutput || x.Expiry.IsZero() {
		return knownTime(x.Expiry)
	}
	style, state := render.Plain, "expires in "+inWords(x.Expiry.Sub(a.now()))
	switch {
	case !x.PurgedAt.IsZero():
		style, state = render.Red, "expired, purged"
	case x.Expired(a.now()):
		style, state = render.Red, "expired"
	}
	return render.Cell{Text: fmt.Sprintf("%s (%s)", query.Time(x.Expiry), state), Style: style}
}

var wordUnits = []struct {
	unit time.Duration
	name string
}{{365 * day, "year"}, {day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}}

const day = 24 * time.Hour

// inWords is a duration for people, in the largest unit of which there are two.
func inWords(d time.Duration) string {
	if d == math.MaxInt64 { // what a difference of times is that is longer than a duration can be
		return "centuries"
	}
	for _, u := range wordUnits {
		if n := d.Round(u.unit) / u.unit; n > 1 {
			return plural(int(n), u.name)
		}
	}
	return plural(int(max(d.Round(time.Second)/time.Second, 1)), "second")
}

// A lifetime is the value of a flag: a duration above zero.
type lifetime time.Duration

// maxDays is how many days a duration can hold.
const maxDays = math.MaxInt64 / int(day)

// Set implements pflag.Value. It takes what [time.ParseDuration] does, and days.
func (l *lifetime) Set(s string) error {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 1 || n > maxDays {
			return fmt.Errorf("want a number of days from 1 to %d", maxDays)
		}
		*l = lifetime(n) * lifetime(day)
		return nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return errors.New("want a duration such as 30d, 12h or 1h30m")
	}
	*l = lifetime(d)
	return nil
}

// Type implements pflag.Value.
func (l *lifetime) Type() string { return "duration" }

// String implements pflag.Value.
func (l *lifetime) String() string {
	if *l == 0 {
		return ""
	}
	return time.Duration(*l).String()
}
