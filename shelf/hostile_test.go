package shelf_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// putJSON is a put of a manifest, with something in the place of its parts.
func putJSON(folder, files string) string {
	return fmt.Sprintf(`{"shelf":1,"puts":[{"id":"x","handler":"book","type":"book","several":true%s,"files":[%s],"put":"2026-01-02T03:04:05Z"}]}`, folder, files)
}

func fileJSON(name string) string {
	return fmt.Sprintf(`{"name":%q,"size":3,"digest":%q}`, name, pointDigest)
}

// A manifest is not believed.
func TestHostileManifests(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	folder := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(folder, ".shelf"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{secret, filepath.Join(folder, "beside")} {
		if err := os.WriteFile(file, []byte("1 2"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := newShelf(t)
	url := filepath.Join(folder, "x")
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"not JSON":           {"{", artifacts.ErrCorrupt},
		"empty":              {"", artifacts.ErrCorrupt},
		"a list":             {"[]", artifacts.ErrCorrupt},
		"later":              {`{"shelf":2,"puts":[]}`, errors.ErrUnsupported},
		"no version":         {`{"puts":[]}`, errors.ErrUnsupported},
		"out of the folder":  {putJSON("", fileJSON("../beside")), artifacts.ErrCorrupt},
		"further out":        {putJSON("", fileJSON("../../secret")), artifacts.ErrCorrupt},
		"absolute":           {putJSON("", fileJSON(secret)), artifacts.ErrCorrupt},
		"the folder itself":  {putJSON("", fileJSON(".")), artifacts.ErrCorrupt},
		"empty name":         {putJSON("", fileJSON("")), artifacts.ErrCorrupt},
		"another put's":      {putJSON("", fileJSON("~id/text")), artifacts.ErrCorrupt},
		"twice":              {putJSON("", fileJSON("a")+","+fileJSON("a")), artifacts.ErrCorrupt},
		"unsorted":           {putJSON("", fileJSON("b")+","+fileJSON("a")), artifacts.ErrCorrupt},
		"folder out":         {putJSON(`,"folder":".."`, fileJSON("beside")), artifacts.ErrCorrupt},
		"folder further out": {putJSON(`,"folder":"~/../.."`, fileJSON("beside")), artifacts.ErrCorrupt},
		"no digest":          {putJSON("", `{"name":"a","size":3}`), artifacts.ErrCorrupt},
		"bad digest":         {putJSON("", `{"name":"a","size":3,"digest":"md5:00"}`), artifacts.ErrCorrupt},
		"negative size":      {putJSON("", strings.Replace(fileJSON("a"), "3,", "-3,", 1)), artifacts.ErrCorrupt},
		"bad handler":        {strings.Replace(putJSON("", fileJSON("a")), `"book",`, `"../book",`, 1), artifacts.ErrCorrupt},
		"one of no files":    {strings.Replace(putJSON("", ""), `,"several":true`, "", 1), artifacts.ErrCorrupt},
		"missing file":       {putJSON("", fileJSON("a")), artifacts.ErrNotFound},
		"reserved name":      {putJSON("", fileJSON(".a.lock")), artifacts.ErrUnsafePath},
	} {
		if err := os.WriteFile(filepath.Join(folder, ".shelf", "x.json"), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := shelf.Get[book](t.Context(), s, url, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
		if err := s.Remove(t.Context(), url); err == nil && c.want != artifacts.ErrNotFound {
			t.Logf("%s: removed", name)
		}
		for _, file := range []string{secret, filepath.Join(folder, "beside")} {
			if text, err := os.ReadFile(file); err != nil || string(text) != "1 2" {
				t.Errorf("%s: %s is now %q, %v", name, file, text, err)
			}
		}
	}
	// What another release wrote is not overwritten; what is damaged is.
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, ".shelf", "x.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"shelf":2}`)
	if _, err := shelf.Put(t.Context(), s, url, point{1, 2}, nil); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("put over a later version: %v", err)
	}
	write(`{`)
	mustPut(t, s, url, point{1, 2})
	if got := mustGet[point](t, s, url); got != (point{1, 2}) {
		t.Errorf("got %v", got)
	}
}

// FuzzManifest gets values by manifests that anybody may have written: it does
// not panic, and nothing but what the digests allow comes out.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(putJSON("", fileJSON("a"))))
	f.Add([]byte(putJSON(`,"folder":"~x"`, fileJSON("b/c"))))
	f.Add([]byte(`{"shelf":1,"puts":[{"id":"x","handler":"point","type":"point","files":[` + fileJSON("x") + `],"put":"2026-01-02T03:04:05Z"}]}`))
	f.Add([]byte(`{"shelf":1,"puts":[{"handler":"json","files":[` + fileJSON("x") + `]},{"handler":"point","pending":true,"files":[` + fileJSON("x") + `]}]}`))
	f.Add([]byte(`{"shelf":1,"puts":[]}`))
	f.Fuzz(func(t *testing.T, manifest []byte) {
		url := storetest.MemoryURL("x")
		folder := strings.TrimSuffix(url, "/x")
		for _, file := range []string{"x", "x/a", "x/~x/b/c"} {
			overwrite(t, folder, file, "1 2")
		}
		overwrite(t, folder, ".shelf/x.json", string(manifest))
		s := newShelf(t)
		if b, err := shelf.Get[book](t.Context(), s, url, nil); err == nil {
			for name, text := range b {
				if text != "1 2" {
					t.Errorf("file %q has %q", name, text)
				}
			}
		}
		if p, err := shelf.Get[point](t.Context(), s, url, nil); err == nil && p != (point{1, 2}) {
			t.Errorf("got %v", p)
		}
		_, _ = s.GetAny(t.Context(), url, nil) // must not panic
		_ = s.Remove(t.Context(), url)         // nor this
	})
}
