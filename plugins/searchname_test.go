package plugins

import (
	"path/filepath"
	"strings"
	"testing"
)

// hostileNames cannot be names of plugins. Each would lead somewhere else, or
// mean something else, if it were taken for a part of a path or of a command.
var hostileNames = []string{
	"", ".", "..", "../x", "x/../y", "/bin/sh", `C:\x`, `..\x`, "a/b", "x ", " x", "a b", "x\ty", "x\n", "-x", "--help", "_x",
	"x-", "X", "Lines", "x.y", "x.exe", "1x", "$x", "$(x)", "`x`", "x;y", "x|y", "x*", "~x", "x=y", "x:y", "é", "ｘ", "x\x00", "x\xff",
	strings.Repeat("x", 65), strings.Repeat("x", 10_000),
}

func TestCheckName(t *testing.T) {
	for _, name := range []string{"x", "lines", "my_format-2", "a1", strings.Repeat("x", 64)} {
		if err := CheckName(name); err != nil {
			t.Errorf("CheckName(%q) = %v", name, err)
		}
	}
	for _, name := range hostileNames {
		err := CheckName(name)
		if err == nil {
			t.Errorf("CheckName(%.40q) = nil", name)
		} else if len(err.Error()) > 400 {
			t.Errorf("CheckName(%.40q): an error of %d bytes", name, len(err.Error()))
		}
	}
}

func TestNameOf(t *testing.T) {
	for path, want := range map[string]string{
		"lazyscribe-plugin-lines":                              "lines",
		filepath.Join("a", "b", "lazyscribe-plugin-my_x-2"):    "my_x-2",
		filepath.Join("a", "..", "lazyscribe-plugin-l1"):       "l1",
		"lazyscribe-plugin-" + strings.Repeat("x", 64):         strings.Repeat("x", 64),
		"lazyscribe-plugin-lines" + string(filepath.Separator): "lines", // a folder, which is refused when it is opened
	} {
		if name, err := NameOf(path); err != nil || name != want {
			t.Errorf("NameOf(%q) = %q, %v, want %q", path, name, err, want)
		}
	}
	for _, path := range []string{
		"", "/", "lines", "lazyscribe", "lazyscribe-plugin", "lazyscribe-plugin-", "Lazyscribe-plugin-x", "xlazyscribe-plugin-x",
		"lazyscribe-plugin-x/y", "lazyscribe-plugin-x.sh", "lazyscribe-plugin-x~", "lazyscribe-plugin-x.1",
	} {
		if name, err := NameOf(path); err == nil {
			t.Errorf("NameOf(%q) = %q", path, name)
		}
	}
	for _, name := range hostileNames {
		if got, err := NameOf(binaryPrefix + name); err == nil && got == name {
			t.Errorf("NameOf took %.40q", name)
		}
	}
}
