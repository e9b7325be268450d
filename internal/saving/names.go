package saving

import (
	"path"
	"strings"

	"github.com/google/uuid"
)

// Mark returns 8 hexadecimal digits of a random UUID, which tell a name from one
// that is taken.
func Mark() string { return uuid.NewString()[:8] }

// DistinctFile puts a mark before the suffix of a file's name.
func DistinctFile(name string) string {
	dir, base := path.Split(name)
	stem, ext := base, ""
	if i := strings.IndexByte(base, '.'); i > 0 {
		stem, ext = base[:i], base[i:]
	}
	return dir + stem + "-" + Mark() + ext
}
