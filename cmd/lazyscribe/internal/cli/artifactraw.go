package cli

import (
	"fmt"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/bytes"
	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
)

// The formats that take any file as it is. file also takes folders, and what has
// a suffix that no handler knows.
var (
	fileAlias  = file.Handler{}.Format().Alias
	bytesAlias = bytes.Handler{}.Format().Alias
)

func isRaw(alias string) bool { return alias == fileAlias || alias == bytesAlias }

// kind tells files from folders.
func kind(name string) (isFolder bool, err error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		_, err = openFile(name) // which says it as it is said of any file
		return false, err
	case !info.IsDir() && !info.Mode().IsRegular():
		return false, fmt.Errorf("open file %q: it is neither a file nor a folder", name)
	}
	return info.IsDir(), nil
}

// suffixOf returns how the name of a stored file ends: as the handler says, or
// as the file itself does if it is kept as it is.
func suffixOf(h artifacts.Handler, name string) string {
	if s, ok := h.(artifacts.Suffixer); ok {
		return s.Suffix(file.Path(name))
	}
	return h.Format().Suffix
}
