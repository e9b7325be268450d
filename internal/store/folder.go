package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// folderFile stands for the manifest in a folder that has none. Nothing is ever
// written there.
const folderFile = ".lazyscribe-folder"

// OpenFolder returns the store that is the folder at url, for those whose files
// have no manifest beside them. The url is one of [Open] that ends with the
// folder instead of a manifest, with or without a slash after it; the folder may
// be a whole bucket. Errors leave out the parameters of a URL.
func OpenFolder(ctx context.Context, url string, o *Options) (*Store, error) {
	folder, query := splitQuery(url)
	if folder == "" {
		return nil, errors.New("open store: the URL is empty")
	}
	start := scheme.FindString(folder)
	s, _, err := open(ctx, start+strings.TrimRight(folder[len(start):], separators)+"/"+folderFile+query, o.orDefault())
	if err != nil {
		return nil, fmt.Errorf("open store %q: %w", folder, err)
	}
	return s, nil
}

const separators = "/" + string(filepath.Separator)

// splitQuery separates the parameters of a URL, with the '?', where its scheme
// has any: in a path a '?' is a part of it.
func splitQuery(url string) (path, query string) {
	m := scheme.FindStringSubmatch(url)
	if m == nil || !known(strings.ToLower(m[1])) {
		return url, ""
	}
	path, _, _ = strings.Cut(url, "?")
	return path, url[len(path):]
}
