package main

import (
	"fmt"
	"time"
)

// perName is how many versions each name of a repository has.
const perName = 100

// versionName is the name that the version at place i has: they take turns.
func versionName(i, n int) string { return fmt.Sprintf("model %04d", i%max(n/perName, 1)) }

// versionsManifest returns the manifest of a repository of n versions, as Python
// writes it. None has an expiry, which Python could not read back.
func versionsManifest(n int) []byte {
	const entry = `
    {
        "created_at": %q,
        "expiry": null,
        "fname": "model-%06d.json",
        "handler": "json",
        "name": %q,
        "version": %d
    }`
	start := time.Date(2025, 1, 3, 8, 0, 0, 0, time.UTC)
	text := []byte("[")
	for i := range n {
		if i > 0 {
			text = append(text, ',')
		}
		created := start.Add(time.Duration(i) * 37 * time.Second).Format("2006-01-02T15:04:05")
		text = fmt.Appendf(text, entry, created, i, versionName(i, n), i/max(n/perName, 1))
	}
	return append(text, "\n]"...)
}
