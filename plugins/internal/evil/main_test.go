package evil

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// envDeed names the file that says what the plugin has to do wrong, in two
// words: when, and what. An empty file makes it a good plugin. It is read each
// time, so that a test can change the plugin's mind.
const envDeed = "LAZYSCRIBE_PLUGIN_EVIL"

func TestMain(m *testing.M) {
	if _, err := plugins.NameOf(os.Args[0]); err == nil {
		beEvil()
	}
	code := m.Run()
	if evil.folder != "" {
		os.RemoveAll(evil.folder)
	}
	os.Exit(code)
}

// evil is the plugin, which the tests share as long as they leave it alone.
var evil struct {
	folder  string
	trusted plugins.Trusted
}

// trustEvil makes a plugin of this binary and has it described while it is good.
func trustEvil(t *testing.T) plugins.Trusted {
	t.Helper()
	if evil.folder != "" {
		return evil.trusted
	}
	folder, err := os.MkdirTemp("", "evil")
	if err != nil {
		t.Fatal(err)
	}
	if evil.folder, err = filepath.EvalSymlinks(folder); err != nil {
		t.Fatal(err)
	}
	path := copyPlugin(t, evil.folder)
	facts, err := plugins.Inspect(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := plugins.Open(&plugins.Options{TrustFile: filepath.Join(evil.folder, "none.json")})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if _, err := h.Use(t.Context(), path, facts.SHA256); err != nil {
		t.Fatal(err)
	}
	p, _ := h.Plugin("evil")
	evil.trusted = p.Trusted()
	return evil.trusted
}

// copyPlugin copies this binary into a folder, under the name of a plugin.
func copyPlugin(t *testing.T, folder string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "lazyscribe-plugin-evil")
	if isWindows {
		path += ".exe"
	}
	if err := os.WriteFile(path, text, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// When a deed is done.
const (
	atStart    = "start"
	atDescribe = "describe"
	atEncode   = "encode"
	atDecode   = "decode"
)

// deed returns what the plugin is to do now, "" if it is to do its work.
func deed(when string) string {
	text, err := os.ReadFile(os.Getenv(envDeed))
	if err != nil {
		panic(err)
	}
	at, what, _ := strings.Cut(string(text), " ")
	if at != when {
		return ""
	}
	return what
}
