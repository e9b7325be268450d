package store

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
)

// memory is one named store of the process.
type memory struct {
	bucket *blob.Bucket
	gates  *gates
}

var memories struct {
	sync.Mutex
	byName map[string]memory
}

// openMemory opens name/key. The store is the folder of the manifest, as it is
// on a disk.
func openMemory(rest string, o *Options) (*Store, string, error) {
	name, key, _ := strings.Cut(rest, "/")
	folder, base := splitKey(key)
	if name == "" || base == "" {
		return nil, "", errors.New("want mem://name/manifest")
	}
	if !valid(key) {
		return nil, "", artifacts.ErrUnsafePath
	}
	memories.Lock()
	defer memories.Unlock()
	m, ok := memories.byName[name]
	if !ok {
		m = memory{memblob.OpenBucket(nil), newGates()}
		if memories.byName == nil {
			memories.byName = map[string]memory{}
		}
		memories.byName[name] = m
	}
	s := &Store{&bucket{
		objects:  objects{bucket: m.bucket, prefix: folder, fault: o.Fault},
		name:     func(key string) string { return "mem://" + name + "/" + folder + key },
		gates:    m.gates,
		inMemory: true,
		log:      o.Logger,
	}}
	return s, base, nil
}

// memoryFile is a file whose content is at hand.
type memoryFile struct {
	*bytes.Reader
	modTime time.Time
}

// readIn takes the content out of f, which it closes.
func readIn(f File) (File, error) {
	defer f.Close()
	data, err := readAll(f, f.Size())
	if err != nil {
		return nil, err
	}
	return &memoryFile{bytes.NewReader(data), f.ModTime()}, nil
}

func (f *memoryFile) Close() error       { return nil }
func (f *memoryFile) ModTime() time.Time { return f.modTime }
