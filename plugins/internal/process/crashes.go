package process

import "time"

// crashWindow is how long a crash counts.
const crashWindow = time.Minute

// crashes are the times at which processes of a plugin crashed.
type crashes []time.Time

func (c *crashes) add(at time.Time) { *c = append(*c, at) }

// pause returns how long no process is to be started, given that most crashes
// within the window are borne, and forgets those that no longer count.
func (c *crashes) pause(now time.Time, most int) time.Duration {
	for len(*c) > 0 && now.Sub((*c)[0]) >= crashWindow {
		*c = (*c)[1:]
	}
	if over := len(*c) - most; over > 0 {
		return (*c)[over-1].Add(crashWindow).Sub(now)
	}
	return 0
}
