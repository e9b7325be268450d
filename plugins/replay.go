package plugins

import (
	"hash/maphash"
	"io"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/process"
)

// A replayer writes to w what a plugin writes, also if the plugin has to begin
// again: what w has already is compared and not written twice. As plugins write
// the same file for the same value, nothing needs to be held back for the case
// that one crashes in the middle.
type replayer struct {
	w       io.Writer
	n       int64 // bytes that w has
	written maphash.Hash

	left     int64 // bytes still to compare
	want     uint64
	compared maphash.Hash
}

var errDiffers error = &process.Fault{
	Kind: ErrCrashed, Message: "ended unexpectedly while it wrote a file, and wrote another one when it began again",
}

// again says that what is written next is the file from its beginning.
func (r *replayer) again() {
	r.left, r.want = r.n, r.written.Sum64()
	r.compared.SetSeed(r.written.Seed())
}

func (r *replayer) Write(p []byte) (int, error) {
	same := p[:min(int64(len(p)), r.left)]
	if len(same) > 0 {
		r.compared.Write(same)
		if r.left -= int64(len(same)); r.left == 0 && r.compared.Sum64() != r.want {
			return 0, errDiffers
		}
	}
	if len(same) == len(p) {
		return len(p), nil
	}
	n, err := r.w.Write(p[len(same):])
	r.n += int64(n)
	r.written.Write(p[len(same) : len(same)+n])
	return len(same) + n, err
}

// finish returns an error if the file ended before what w has.
func (r *replayer) finish() error {
	if r.left > 0 {
		return errDiffers
	}
	return nil
}
