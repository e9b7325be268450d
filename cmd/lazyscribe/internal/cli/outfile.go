package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// outOptions say where a result goes.
type outOptions struct {
	out   string // standardOutput, or a file
	force bool
}

const standardOutput = "-"

// register adds the flags; what says what can be named.
func (o *outOptions) register(cmd *cobra.Command, what string) {
	cmd.Flags().StringVarP(&o.out, "out", "O", standardOutput, "to this "+what+", - for standard output")
	cmd.Flags().BoolVar(&o.force, "force", false, "replace a file that is there")
}

// writeFile makes a file out of what write writes. Until all of it is there,
// the name does not exist, or is what it was; a write that fails leaves nothing
// behind. A file that is there is replaced only if force is set.
func writeFile(name string, force bool, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(name); err == nil && !force {
		return withHint(fmt.Errorf("write file %q: %w", name, artifacts.ErrExists), "--force replaces it")
	}
	temp := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text()[:8]+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if path := new(fs.PathError); errors.As(err, &path) {
		err = path.Err // it says the temporary name
	}
	if err != nil {
		return fmt.Errorf("write file %q: %w", name, err)
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return nil
}
