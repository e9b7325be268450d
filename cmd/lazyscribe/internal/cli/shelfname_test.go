package cli

import "testing"

// TestLastName: what may be secret does not become the name of a folder.
func TestLastName(t *testing.T) {
	for url, want := range map[string]string{
		"s3://bucket/models/novel?endpoint=http://h:1/x&key=1": "novel",
		"models/novel/": "novel",
		"what?":         "what?",
	} {
		if got := lastName(url); got != want {
			t.Errorf("%q: %q, want %q", url, got, want)
		}
	}
}
