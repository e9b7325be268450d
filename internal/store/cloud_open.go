package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// drivers are the packages that know the schemes of clouds.
var drivers = map[string]string{
	"s3":     "github.com/lazyscribe-go/lazyscribe/drivers/s3",
	"gs":     "github.com/lazyscribe-go/lazyscribe/drivers/gcs",
	"azblob": "github.com/lazyscribe-go/lazyscribe/drivers/azure",
}

// known reports whether a scheme is that of a cloud, if only by name.
func known(scheme string) bool {
	schemes.Lock()
	defer schemes.Unlock()
	return drivers[scheme] != "" || schemes.open[scheme] != nil
}

// account is a bucket as this process uses it: all stores in it share its
// connections, stand in one queue for each manifest, and know whether it is
// honest.
type account struct {
	cloud Cloud
	gates *gates
	probe probe
}

var accounts struct {
	sync.Mutex
	byURL map[string]*account
}

// openCloud opens bucket/key?query. The store is the folder of the manifest.
func openCloud(ctx context.Context, scheme, rest string, o *Options) (*Store, string, error) {
	path, query, _ := strings.Cut(rest, "?")
	name, key, _ := strings.Cut(path, "/")
	folder, base := splitKey(key)
	if name == "" || base == "" {
		return nil, "", fmt.Errorf("want %s://bucket/manifest", scheme)
	}
	if strings.Contains(name, "@") {
		return nil, "", errors.New("a URL has no name and password: the driver takes them from where the cloud's own tools do")
	}
	if !valid(key) {
		return nil, "", artifacts.ErrUnsafePath
	}
	a, err := openAccount(ctx, scheme, name, query)
	if err != nil {
		return nil, "", err
	}
	top := scheme + "://" + name + "/" + folder
	return &Store{&cloud{
		bucket: bucket{
			objects: objects{bucket: a.cloud.Bucket(), prefix: folder, fault: o.Fault},
			name:    func(key string) string { return top + key },
			gates:   a.gates,
			log:     o.Logger,
		},
		account:      a,
		singleWriter: o.AssumeSingleWriter,
	}}, base, nil
}

func openAccount(ctx context.Context, scheme, name, query string) (*account, error) {
	schemes.Lock()
	open, ok := schemes.open[scheme]
	schemes.Unlock()
	if !ok {
		return nil, fmt.Errorf("%w: the program has no driver for %s://: import _ %q (the lazyscribe command has all)",
			errors.ErrUnsupported, scheme, drivers[scheme])
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("parameters after '?': %w", err)
	}
	id := scheme + "://" + name + "?" + values.Encode()
	accounts.Lock()
	defer accounts.Unlock()
	if a, ok := accounts.byURL[id]; ok {
		return a, nil
	}
	c, err := open(ctx, name, values)
	if err != nil {
		return nil, unnamed{err, values}
	}
	a := &account{cloud: c, gates: newGates()}
	if accounts.byURL == nil {
		accounts.byURL = map[string]*account{}
	}
	accounts.byURL[id] = a
	return a, nil
}

// splitKey splits a key into its folder, with the slash, and its last name.
func splitKey(key string) (folder, base string) {
	i := strings.LastIndexByte(key, '/') + 1
	return key[:i], key[i:]
}
