package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// OpenIn returns the store that is the folder of what is at url, be that a file or
// a folder, and its key there: other than with [Open] a link is not followed. A
// slash at the end is left out, and errors leave out the parameters of a URL.
func OpenIn(ctx context.Context, url string, o *Options) (*Store, string, error) {
	path, query := splitQuery(url)
	start := scheme.FindString(path)
	rest := strings.TrimRight(path[len(start):], separators)
	i := strings.LastIndexAny(rest, separators) + 1
	folder, key := rest[:i], rest[i:]
	inCloud := start != "" && !strings.EqualFold(start, "file://")
	switch {
	case key == "", inCloud && folder == "":
		return nil, "", fmt.Errorf("open store %q: %w", WithoutParameters(url), errors.New("the URL names no file"))
	case !valid(key):
		return nil, "", fmt.Errorf("open store %q: %w", WithoutParameters(url), artifacts.ErrUnsafePath)
	case folder == "":
		folder = "."
	}
	s, err := OpenFolder(ctx, start+folder+query, o)
	return s, key, err
}

// Join returns the URL of what has a name in the folder at url: its parameters
// stay at the end.
func Join(url, name string) string {
	path, query := splitQuery(url)
	start := scheme.FindString(path)
	if rest := path[len(start):]; rest != "" {
		path = start + strings.TrimRight(rest, separators) + "/"
	}
	return path + name + query
}
