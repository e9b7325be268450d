package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"gocloud.dev/blob"
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
		return nil, fmt.Errorf("open store %q: %w", WithoutParameters(url), err)
	}
	return s, nil
}

// OpenBucketFolder returns the store of the objects of a bucket whose keys begin
// with the folder's name and a slash; "" is the whole bucket. What is said of
// [OpenBucket] holds.
func OpenBucketFolder(b *blob.Bucket, folder string, o *Options) (*Store, error) {
	s, err := OpenBucket(b, o)
	folder = strings.TrimRight(folder, "/")
	if err != nil || folder == "" {
		return s, err
	}
	if !valid(folder) {
		return nil, fmt.Errorf("open folder %q of bucket: %w", folder, artifacts.ErrUnsafePath)
	}
	at := s.backend.(*bucket)
	at.prefix = folder + "/"
	at.name = func(key string) string { return at.prefix + key }
	return s, nil
}

// separators is a variable as two of them may be the same.
var separators = "/" + string(filepath.Separator)

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
