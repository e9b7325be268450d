package project_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestHostileDigests has records that lie about their files.
func TestHostileDigests(t *testing.T) {
	const (
		text = "the file"
		sum  = "7d4d4a3aa0a4c3d5a3bb6e3a4bb02e6a1a6f77eb6a5b61c0a05c9b3ae2b2d5a1" // of something else
	)
	right := sha256Hex(text)
	raw := func(s string) any { return json.RawMessage(s) }
	for _, c := range []struct {
		name         string
		digest, size any
		want         error // nil: the file is as recorded
		problem      bool  // the entry cannot be understood in whole
	}{
		{"Right", right, len(text), nil, false},
		{"UpperCase", strings.ToUpper(right), len(text), nil, false},
		{"OtherDigest", sum, len(text), artifacts.ErrCorrupt, false},
		{"NoDigest", "garbage", len(text), artifacts.ErrCorrupt, false},
		{"LongDigest", right + right, len(text), artifacts.ErrCorrupt, false},
		{"TooSmall", right, 1, artifacts.ErrCorrupt, false},
		{"Zero", right, 0, artifacts.ErrCorrupt, false},
		{"TooLarge", right, 1000, artifacts.ErrCorrupt, false},
		{"Huge", right, raw("9223372036854775807"), artifacts.ErrCorrupt, false},
		{"Negative", right, -1, artifacts.ErrCorrupt, true},
		{"Beyond", right, raw("9223372036854775808"), artifacts.ErrCorrupt, true},
		{"Far", right, raw("1e400"), artifacts.ErrCorrupt, true},
		{"Fraction", right, raw("8.0"), artifacts.ErrCorrupt, true},
		{"SizeText", right, "8", artifacts.ErrCorrupt, true},
		{"SizeMissing", right, raw("null"), artifacts.ErrCorrupt, false},
		{"DigestNumber", 1, len(text), nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			record := textRecord(linkedRun, "file.txt", "")
			entry := record["artifacts"].([]any)[0].(map[string]any)
			entry["sha256"], entry["size"] = c.digest, c.size
			g := guard(t, record)
			writeTree(t, g.dir, map[string]string{linkedRun + "/file.txt": text})
			p := openProject(t, g.url, &project.Options{Mode: project.ReadWrite})
			x, err := p.Lookup(linkedRun)
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, err := artifacts.Load[string](t.Context(), x, "loot", nil)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, c.want) || err == nil && got != text || err != nil && got != "" {
				t.Errorf("load: %q, error %v, want %v", got, err, c.want)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 10<<20 {
				t.Errorf("%d bytes of memory for a file of %d", n, len(text))
			}
			f, err := x.OpenArtifact(t.Context(), "loot")
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.ReadAll(f)
			if err = errors.Join(err, f.Close()); !errors.Is(err, c.want) {
				t.Errorf("read: %v, want %v", err, c.want)
			}
			found := findings(t, p)
			if len(found[project.Corrupt]) != count(c.want != nil) || len(found[project.Unreadable]) != count(c.problem) || len(p.Problems()) != count(c.problem) {
				t.Errorf("check finds %v, problems %v", found, p.Problems())
			}
			takeOver(t, g)
		})
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// TestChangedFile changes a file behind the record's back.
func TestChangedFile(t *testing.T) {
	for name, change := range map[string]func(string) string{
		"Flipped":   func(s string) string { return s[:9] + "#" + s[10:] },
		"Shortened": func(s string) string { return s[:len(s)-1] },
		"Longer":    func(s string) string { return s + " " },
		"Emptied":   func(string) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			g := guard(t)
			p := openProject(t, g.url, &project.Options{Now: oneSecond})
			x := addMarked(t, p, "run", "run")
			saveProject(t, p)
			for _, file := range []string{"data-20250601120000.json", "note-20250601120000.txt"} {
				key := fmt.Sprintf("%s/%s", x.Slug(), file)
				writeTree(t, g.dir, map[string]string{key: change(tree(t, g.dir)[key])})
			}
			for _, artifact := range []string{"data", "note"} {
				var got any
				if err := x.LoadArtifact(t.Context(), artifact, &got, nil); !errors.Is(err, artifacts.ErrCorrupt) || got != nil {
					t.Errorf("load %s: %v, error %v", artifact, got, err)
				}
			}
			if found := findings(t, p); len(found[project.Corrupt]) != 2 || len(found) != 1 {
				t.Errorf("check finds %v", found)
			}
		})
	}
}
