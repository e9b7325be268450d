package repository

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	metadata "github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/internal/safepath"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
)

// LogArtifact adds a version of an artifact. The value is encoded in the format
// registered under alias when the repository is saved, as it is then;
// [artifacts.LogOptions].Now encodes it here. An [io.Reader] is read here, once;
// an [artifacts.Source] is opened at the save.
//
// The number returned is one more than the highest there is. If another writer
// saves it first, this version gets the next one: [Repository.Current] tells,
// after the save. A file name that is taken gets a mark.
//
// What shows already that it cannot be saved is refused here:
// [artifacts.ErrReadOnly], [artifacts.ErrUnknownHandler],
// [artifacts.ErrUnsupportedValue], [artifacts.ErrUnsafePath] (name or file name).
// A refused call changes nothing. Versions are not replaced, so Replace must not
// be set.
func (r *Repository) LogArtifact(name string, value any, alias string, opts *artifacts.LogOptions) (artifacts.Artifact, error) {
	a, err := r.logArtifact(name, value, alias, opts)
	if err != nil {
		return artifacts.Artifact{}, fmt.Errorf("log artifact %q: %w", name, err)
	}
	return a, nil
}

func (r *Repository) logArtifact(name string, value any, alias string, opts *artifacts.LogOptions) (artifacts.Artifact, error) {
	if opts == nil {
		opts = &artifacts.LogOptions{}
	}
	meta := artifacts.Artifact{Name: name, FileName: opts.FileName, CreatedAt: pytime.Seconds(r.now())}
	if opts.Replace {
		return meta, errors.New("versions are added and not replaced: Replace has no meaning")
	}
	if err := r.mayAdd(meta); err != nil {
		return meta, err
	}
	expiry, err := opts.ExpiryAt(meta.CreatedAt)
	if err != nil {
		return meta, err
	}
	meta.Expiry = expiry
	v, err := payload.New(context.Background(), value, alias, r.opts.Handlers, opts)
	if err != nil {
		return meta, err
	}
	v.Describe(&meta)
	if meta.FileName == "" {
		meta.FileName = metadata.FileName(meta, v.Format())
	}
	if meta, err = r.add(meta, v); err != nil {
		_ = v.Close() // only a temporary copy is lost
	}
	return meta, err
}

// mayAdd checks that a version can be added, before any work is done for it.
func (r *Repository) mayAdd(meta artifacts.Artifact) error {
	r.mu.Lock()
	err := r.writable()
	r.mu.Unlock()
	if err != nil {
		return err
	}
	file := meta.FileName
	if file == "" {
		file = "file" // any name will do to look at the folder's
	} else if err := safepath.CheckName(file); err != nil {
		return err
	}
	if folder, _, _ := strings.Cut(path.Clean(meta.Name), "/"); strings.EqualFold(folder, releasesFile) {
		return fmt.Errorf("%w: the name is kept for releases", artifacts.ErrUnsafePath)
	}
	_, err = safepath.Join(r.key, meta.Name, file)
	return err
}

// releasesFile is what package release keeps beside a repository. An artifact's
// folder of that name would be in its way.
const releasesFile = "releases.json"

// add gives a version its number, and its file a name no other version has, and
// keeps it for the next save.
func (r *Repository) add(meta artifacts.Artifact, v *payload.Value) (artifacts.Artifact, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.addLocked(meta, v)
}

// addLocked is add with the lock held.
func (r *Repository) addLocked(meta artifacts.Artifact, v *payload.Value) (artifacts.Artifact, error) {
	if err := r.writable(); err != nil {
		return meta, err
	}
	names := r.index()
	var err error
	if meta.Version, err = names.next(meta.Name); err != nil {
		return meta, err
	}
	wanted := meta.FileName
	for names[meta.Name].hasFile(meta.FileName) {
		meta.FileName = saving.DistinctFile(wanted)
	}
	if _, err := r.locate(meta); err != nil {
		return meta, err
	}
	e := &entry{meta: meta, state: fresh, value: v}
	r.added = append(r.added, e)
	r.handed[handleOf(meta)] = e
	names.add(e)
	s := names[meta.Name]
	for i := len(s.versions) - 1; i > 0 && byCreation(s.versions[i-1], e) > 0; i-- { // clocks can go back
		s.versions[i-1], s.versions[i] = e, s.versions[i-1]
	}
	return meta.Clone(), nil
}

// fileName is the name of an artifact's file, as recorded or as computed where
// nothing was.
func (r *Repository) fileName(a artifacts.Artifact) (string, error) {
	if a.FileName != "" {
		return a.FileName, nil
	}
	handler, err := r.opts.Handlers.Lookup(a.Handler)
	if err != nil {
		return "", err
	}
	return metadata.FileName(a, handler.Format()), nil
}
