package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// scheme matches the beginning of a URL. A drive letter is not one: it has no
// slashes after its colon.
var scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*)://`)

// Open returns the store that holds the manifest at url, and the manifest's key
// in it. The url is one of
//
//   - a path of the local file system, taken as it is: unlike Python's
//     lazyscribe, which splits it as a URL, '#', '?' and ';' are parts of it
//   - file:// and a path, absolute or relative, taken as it is too
//   - mem://name/key: a store in memory, one for each name in the process; it
//     lives as long as the process, and closing it changes nothing
//   - s3://bucket/key, gs://bucket/key or azblob://container/key, where a '?'
//     and parameters of the driver may follow: an object in a bucket, whose key
//     is taken as it is too. The program must import the driver, one of the
//     packages below drivers
//
// The artifacts lie beside the manifest. A manifest that is a symbolic link is
// followed now: the file it leads to is the one that is read, locked and
// replaced, while the artifacts stay beside the link.
//
// Errors leave out the parameters of a URL, which may be secret.
func Open(ctx context.Context, url string, o *Options) (*Store, string, error) {
	s, key, err := open(ctx, url, o.orDefault())
	if err != nil {
		return nil, "", fmt.Errorf("open store %q: %w", WithoutParameters(url), err)
	}
	return s, key, nil
}

func open(ctx context.Context, url string, o *Options) (*Store, string, error) {
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	m := scheme.FindStringSubmatch(url)
	if m == nil {
		return openLocal(url, o)
	}
	rest := url[len(m[0]):]
	name := strings.ToLower(m[1])
	switch name {
	case "file":
		return openLocal(rest, o)
	case "mem":
		return openMemory(rest, o)
	}
	if known(name) {
		return openCloud(ctx, name, rest, o)
	}
	return nil, "", fmt.Errorf("%w scheme %q: a path, file://, mem://, s3://, gs:// and azblob:// are known", errors.ErrUnsupported, m[1])
}
