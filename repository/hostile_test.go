package repository_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

const canary = "nobody's business"

// W16, W17, S2-S4: names and file names found in a manifest that would lead out
// of its folder, or onto its own files, lead nowhere. The version can be seen,
// and its entry stays.
func TestHostilePaths(t *testing.T) {
	long := strings.Repeat("x", 256)
	for what, at := range map[string][2]string{
		"NameUp":        {"../outside", "secret.txt"},
		"NameUpInside":  {"a/../../outside", "secret.txt"},
		"NameAbsolute":  {"/etc", "hostname"},
		"NameDot":       {".", "repository.json"},
		"NameEmpty":     {"", "repository.json"},
		"NameManifest":  {"repository.json", "x"},
		"NameCase":      {"Repository.JSON", "x"},
		"NameLock":      {".repository.json.lock", "x"},
		"NameSegments":  {"repository.json.d", "x"},
		"NameNUL":       {"a\x00", "secret.txt"},
		"NameBackslash": {`..\outside`, "secret.txt"},
		"NameDrive":     {"C:", "secret.txt"},
		"NameLong":      {long, "secret.txt"},
		"FileUp":        {"a", "../../outside/secret.txt"},
		"FileManifest":  {"a", "../repository.json"},
		"FileAbsolute":  {"a", "/etc/hostname"},
		"FileDots":      {"a", ".."},
		"FileSlash":     {"a", "x/"},
		"FileTemporary": {"a", ".lazyscribe-tmp-x"},
		"FileNUL":       {"a", "x\x00"},
		"FileLong":      {"a", long},
		"FileDeep":      {"a", strings.Repeat("x/", 3000) + "x"},
	} {
		t.Run(what, func(t *testing.T) {
			name, file := at[0], at[1]
			root := t.TempDir()
			secret := filepath.Join(root, "outside", "secret.txt")
			writeFile(t, secret, canary)
			entry, err := json.Marshal([]any{map[string]any{"name": name, "fname": file, "handler": "text",
				"created_at": "2025-06-01T12:00:00", "expiry": "2025-06-02T12:00:00", "version": 0}})
			noError(t, err)
			url := filepath.Join(root, "models", "repository.json")
			writeFile(t, url, string(entry))
			r := openAt(t, url, nil)
			a := find(t, r, name, repository.Number(0))
			same(t, "found", [2]string{a.Name, a.FileName}, at)
			unsafe := func(what string, err error) {
				t.Helper()
				if !errors.Is(err, artifacts.ErrUnsafePath) {
					t.Errorf("%s: error %v", what, err)
				}
			}
			o := &repository.LoadOptions{Version: repository.Number(0)}
			unsafe("load", r.LoadArtifact(t.Context(), name, new(any), o))
			_, err = r.OpenArtifact(t.Context(), name, repository.Number(0))
			unsafe("open", err)
			_, err = r.Diff(t.Context(), name, repository.Number(0), repository.Number(0))
			unsafe("diff", err)
			unsafe("export", r.Export(t.Context(), filepath.Join(root, "exported", "repository.json"), repository.Pick{Name: name, Version: repository.Number(0)}))

			// Whatever is done with the record, it leads nowhere.
			list, err := r.Purge(t.Context(), time.Now(), nil)
			noError(t, err)
			same(t, "purged", len(list), 0)
			noError(t, r.SetExpiry(name, repository.Number(0), time.Time{}))
			log(t, r, "fine", 1, nil)
			save(t, r)
			same(t, "fine", load(t, openAt(t, url, nil), "fine", repository.Latest()), any(int64(1)))
			same(t, "outside", readFile(t, secret), canary)
			for file := range tree(t, root) {
				if file != "outside/secret.txt" && file != "models/repository.json" && !strings.HasPrefix(file, "models/fine/") {
					t.Errorf("%s is new", file)
				}
			}
		})
	}
}

// Links that lead out are not followed.
func TestHostileLinks(t *testing.T) {
	root := t.TempDir()
	writeFile(t, filepath.Join(root, "outside", "secret.txt"), canary)
	url := filepath.Join(root, "models", "repository.json")
	writeFile(t, url, `[{"name": "a", "fname": "secret.txt", "handler": "text", "created_at": "2025-01-01", "expiry": "2025-01-02"}]`)
	if err := os.Symlink("../outside", filepath.Join(root, "models", "a")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	r := openAt(t, url, nil)
	_, err := r.OpenArtifact(t.Context(), "a", repository.Number(0))
	wantError(t, err, artifacts.ErrUnsafePath)
	log(t, r, "a", 1, nil)
	wantError(t, r.Save(t.Context()), artifacts.ErrUnsafePath)
	noError(t, r.Discard("a", repository.Number(1)))
	if _, err := r.Purge(t.Context(), time.Now(), nil); err == nil {
		t.Error("a link that leads out was purged without an error")
	}
	same(t, "outside", tree(t, filepath.Join(root, "outside")), map[string]string{"secret.txt": canary})
}

// survive opens any bytes as a manifest, looks at everything in it, adds a
// version, saves and opens it again: nothing panics, and nothing that was there
// is lost.
func survive(t *testing.T, url string, text []byte) {
	t.Helper()
	writeMemory(t, url, text)
	r, err := repository.Open(t.Context(), url, nil)
	if err != nil {
		return
	}
	defer r.Close()
	problems := len(r.Problems())
	var seen []artifacts.Artifact
	for a := range r.All() {
		seen = append(seen, a)
		for _, v := range []repository.Version{repository.Latest(), repository.AsOf(a.CreatedAt), repository.At(a.CreatedAt)} {
			_, _ = r.Find(a.Name, v)
		}
		if _, err := r.Find(a.Name, repository.Number(a.Version)); err != nil {
			t.Errorf("version %d of %q is listed and not found: %v", a.Version, a.Name, err)
		}
		_, _ = repository.Load[any](t.Context(), r, a.Name, nil)
	}
	if _, err = r.LogArtifact("fuzz", "new", "text", nil); err != nil {
		if strings.Contains(err.Error(), "no number is left") {
			return
		}
		t.Fatal(err)
	}
	noError(t, r.Save(t.Context()))
	again, err := repository.Open(t.Context(), url, nil)
	noError(t, err)
	defer again.Close()
	same(t, "problems", len(again.Problems()), problems)
	var now []artifacts.Artifact
	for a := range again.All() {
		now = append(now, a)
	}
	if len(now) != len(seen)+1 {
		t.Fatalf("%d versions, had %d", len(now), len(seen))
	}
	same(t, "versions", now[:len(seen)], seen)
}

// writeMemory makes text the manifest of a store in memory.
func writeMemory(t *testing.T, url string, text []byte) {
	t.Helper()
	s, key, err := store.Open(t.Context(), url, nil)
	noError(t, err)
	noError(t, s.Update(t.Context(), key, nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
		return store.Text{text}, nil
	}))
	noError(t, s.Close())
}

func FuzzOpen(f *testing.F) {
	for _, path := range []string{"e_repository/data/repository.json", "h_subdirs/data/repo/repository.json"} {
		f.Add([]byte(readFile(f, fixture.Path(f, path))))
	}
	for _, text := range []string{"", "[]", "{}", "[{}]", "[1, {", `[{"name": "fuzz", "handler": "text", "created_at": "2025-01-01", "version": 9223372036854775807}]`,
		`[{"name": "\ud800", "handler": "", "created_at": "2025-01-01", "fname": null, "version": "3", "expiry": null, "size": -1}]`,
		`[{"name": "a", "handler": "json", "created_at": "9999-12-31T23:59:59", "expiry": "whenever"}, {"name": "a", "name": "b", "handler": "json", "created_at": "0001-01-01"}]`} {
		f.Add([]byte(text))
	}
	url := storetest.MemoryURL("models/repository.json")
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			t.Skip("nothing new is in larger ones")
		}
		survive(t, url, text)
	})
}
