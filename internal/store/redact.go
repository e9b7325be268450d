package store

import (
	"net/url"
	"strings"
)

// WithoutParameters returns a URL as it may be shown and recorded: without its
// parameters, among which may be secrets, and without the name and the password
// that somebody may have put before the bucket's.
func WithoutParameters(raw string) string {
	m := scheme.FindStringSubmatch(raw)
	if m == nil || strings.EqualFold(m[1], "file") || strings.EqualFold(m[1], "mem") {
		return raw // a name, in which neither means anything
	}
	// What cannot be opened is shown too: such as a signed https:// URL.
	rest, _, _ := strings.Cut(raw[len(m[0]):], "?")
	host, _, _ := strings.Cut(rest, "/")
	return m[0] + rest[strings.LastIndex(host, "@")+1:]
}

// minSecret is the length from which values of parameters are left out of what
// drivers say. Shorter ones, such as "true", would be found in the words.
const minSecret = 5

// unnamed is an error of a driver, which may name the parameters of its URL.
type unnamed struct {
	err   error
	query url.Values
}

func (e unnamed) Unwrap() error { return e.err }

func (e unnamed) Error() string {
	text := strings.ReplaceAll(e.err.Error(), "?"+e.query.Encode(), "")
	for _, values := range e.query {
		for _, v := range values {
			if len(v) >= minSecret {
				text = strings.ReplaceAll(text, v, "...")
			}
		}
	}
	return text
}
