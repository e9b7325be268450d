package store

import (
	"context"
	"io"
	"iter"
	"time"

	"gocloud.dev/blob"
)

// objects are the files of a bucket, or of the part of one whose keys begin
// with prefix: what all storages have in common.
type objects struct {
	bucket *blob.Bucket
	prefix string // "" or ends in a slash
	fault  func(op, key string) error
}

func (o objects) hook(op, key string) error {
	if o.fault == nil {
		return nil
	}
	return o.fault(op, key)
}

func (o objects) open(ctx context.Context, key string) (*object, error) {
	if err := o.hook("open", key); err != nil {
		return nil, err
	}
	r, err := o.bucket.NewReader(ctx, o.prefix+key, nil)
	if err != nil {
		return nil, err
	}
	return &object{r}, nil
}

// object is a File without more ways to be read than every bucket has.
type object struct{ r *blob.Reader }

func (f *object) Read(p []byte) (int, error) { return f.r.Read(p) }
func (f *object) Close() error               { return f.r.Close() }
func (f *object) Size() int64                { return f.r.Size() }
func (f *object) ModTime() time.Time         { return f.r.ModTime() }

func (o objects) stat(ctx context.Context, key string) (Info, error) {
	if err := o.hook("stat", key); err != nil {
		return Info{}, err
	}
	a, err := o.bucket.Attributes(ctx, o.prefix+key)
	if err != nil {
		return Info{}, err
	}
	return Info{Key: key, Size: a.Size, ModTime: a.ModTime, ETag: a.ETag}, nil
}

// create starts a file that can only be made if its key is free.
func (o objects) create(ctx context.Context, key, mediaType string) (pending, error) {
	return o.write(ctx, key, &blob.WriterOptions{ContentType: mediaType, IfNotExist: true})
}

// replace starts a file that takes the place of another.
func (o objects) replace(ctx context.Context, key, mediaType string) (pending, error) {
	return o.write(ctx, key, &blob.WriterOptions{ContentType: mediaType})
}

func (o objects) write(ctx context.Context, key string, wo *blob.WriterOptions) (pending, error) {
	if err := o.hook("create", key); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	w, err := o.bucket.NewWriter(ctx, o.prefix+key, wo)
	if err != nil {
		cancel()
		return nil, err
	}
	return &upload{o: o, key: key, w: w, cancel: cancel}, nil
}

func (o objects) remove(ctx context.Context, key string) error {
	if err := o.hook("remove", key); err != nil {
		return err
	}
	return o.bucket.Delete(ctx, o.prefix+key)
}

func (o objects) list(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return o.listed(ctx, &blob.ListOptions{Prefix: o.prefix + prefix}, prefix)
}

// folder lists what is directly in a folder, given with its slash: files, and
// folders, whose keys end in a slash.
func (o objects) folder(ctx context.Context, dir string) iter.Seq2[Info, error] {
	return o.listed(ctx, &blob.ListOptions{Prefix: o.prefix + dir, Delimiter: "/"}, dir)
}

func (o objects) listed(ctx context.Context, lo *blob.ListOptions, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if err := o.hook("list", prefix); err != nil {
			yield(Info{}, err)
			return
		}
		it := o.bucket.List(lo)
		for {
			// A page that is at hand is handed out without a look at ctx.
			obj, err := it.Next(ctx)
			if err == io.EOF {
				return
			}
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(Info{}, err)
				return
			}
			if !yield(Info{Key: obj.Key[len(o.prefix):], Size: obj.Size, ModTime: obj.ModTime}, nil) {
				return
			}
		}
	}
}

// upload is a file on its way into a bucket.
type upload struct {
	o      objects
	key    string
	w      *blob.Writer
	cancel context.CancelFunc
}

func (u *upload) Write(p []byte) (int, error) {
	if err := u.o.hook("write", u.key); err != nil {
		return 0, err
	}
	return u.w.Write(p)
}

func (u *upload) commit(context.Context) error {
	if err := u.o.hook("commit", u.key); err != nil {
		u.abort()
		return err
	}
	defer u.cancel()
	return u.w.Close()
}

// abort drops the file. Closing alone would publish what was written so far.
func (u *upload) abort() {
	u.cancel()
	_ = u.w.Close()
}
