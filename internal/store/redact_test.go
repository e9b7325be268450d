package store

import (
	"errors"
	"io/fs"
	"net/url"
	"testing"
)

func TestWithoutParameters(t *testing.T) {
	for raw, want := range map[string]string{
		"s3://bucket/a/b?key=1":        "s3://bucket/a/b",
		"S3://user:word@bucket/a@b":    "S3://bucket/a@b",
		"azblob://a@b@container?sig=1": "azblob://container",
		"s3://bucket/a@b":              "s3://bucket/a@b",
		"folder@home/what?":            "folder@home/what?",
		"file://me@home/what?":         "file://me@home/what?",
		"https://me:word@home/k?sig=1": "https://home/k",
		"mem://me@home/what?":          "mem://me@home/what?",
	} {
		if got := WithoutParameters(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
	query := url.Values{"endpoint": {"http://host:1"}, "path": {"true"}}
	err := error(unnamed{fmtError("open s3://b?endpoint=http%3A%2F%2Fhost%3A1&path=true: it is true that http://host:1 does not answer"), query})
	if want := "open s3://b: it is true that ... does not answer"; err.Error() != want || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%q, want %q", err, want)
	}
}

// fmtError is an error with a text that is fs.ErrPermission.
type fmtError string

func (e fmtError) Error() string { return string(e) }
func (e fmtError) Unwrap() error { return fs.ErrPermission }
