package interop

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

// needPython returns the interpreter, and ends a test that cannot have one.
func needPython(t *testing.T) string {
	t.Helper()
	return pyrun.Need(t, "lazyscribe==2.2.1", "lazyscribe_go")
}

// scripts is their folder, found before any test changes the working directory.
var scripts = func() string {
	dir, err := filepath.Abs("testdata")
	if err != nil {
		panic(err)
	}
	return dir
}()

// runPython runs a script of testdata in a folder, as lazyscribe is used: with
// the working directory beside the manifest. in goes to it as JSON, and what it
// answers is decoded into out.
func runPython(t *testing.T, dir, script string, in, out any) {
	t.Helper()
	cmd := pyrun.Command(t, needPython(t), filepath.Join(scripts, script))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LOGNAME="+pythonAuthor)
	pyrun.JSON(t, cmd, in, out)
}

// Who the two sides write as.
const (
	goAuthor     = "gopher"
	pythonAuthor = "snake"
)
