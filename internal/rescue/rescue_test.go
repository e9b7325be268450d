package rescue_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue/rescuetest"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

func folder(t testing.TB) rescue.Folder {
	t.Helper()
	s, key, err := store.Open(t.Context(), storetest.MemoryURL("runs/project.json"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return rescue.Folder{Store: s, Manifest: key}
}

func valueOf(t testing.TB, text string, settings map[string]any) *payload.Value {
	t.Helper()
	v, err := payload.New(t.Context(), text, "", nil, &artifacts.LogOptions{Handler: rescuetest.Fragile{Release: "1"}, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func put(t testing.TB, f rescue.Folder, id, text string) {
	t.Helper()
	_, err := f.Store.Create(t.Context(), f.Manifest+".d/rescue/"+id, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var at = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

func about() artifacts.Rescued {
	return artifacts.Rescued{
		Project: "runs/project.json", Experiment: "run-20250601120000", Test: "größe", TestIndex: 2,
		Artifact: artifacts.Artifact{Name: "table", FileName: "table-20250601120000.frag", Handler: "fragile",
			CreatedAt: at, Expiry: at.Add(time.Hour), Environment: artifacts.Environment{"fragile_release": "1"}},
		Error: "it broke\nbadly", RescuedAt: at.Add(time.Minute),
	}
}

// What FORMAT.md shows is what is written.
func TestFile(t *testing.T) {
	f := folder(t)
	value := valueOf(t, "some text", map[string]any{"mark": "<"})
	id, err := f.Keep(t.Context(), about(), value)
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.Store.ReadText(t.Context(), "project.json.d/rescue/"+id)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"artifact": {"created_at": "2025-06-01T12:00:00", "expiry": "2025-06-01T13:00:00", "fname": "table-20250601120000.frag", ` +
		`"fragile_release": "1", "handler": "fragile", "name": "table", "version": 0}, "error": "it broke\nbadly", ` +
		`"project": "runs/project.json", "rescue": 1, "rescued_at": "2025-06-01T12:01:00", "settings": {"mark": "<"}, ` +
		`"slug": "run-20250601120000", "test": "gr\u00f6\u00dfe", "test_index": 2}` + "\nkept text: some text"
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	expected := about()
	expected.ID, expected.URL, expected.Size = id, f.Store.URL("project.json.d/rescue/"+id), 20
	expected.Settings = map[string]any{"mark": "<"}
	list, err := f.List(t.Context())
	if diff := cmp.Diff([]artifacts.Rescued{expected}, list); diff != "" || err != nil {
		t.Errorf("list (-want +got):\n%s%v", diff, err)
	}
	file, err := f.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	restored, err := payload.Restore(t.Context(), file, &file.About, rescuetest.Fragile{Release: "2"}.Handlers(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := errors.Join(restored.WriteTo(t.Context(), &b), restored.Close()); err != nil || b.String() != "<some text" {
		t.Errorf("restored %q, error %v", b.String(), err)
	}
	var meta artifacts.Artifact
	restored.Describe(&meta)
	if diff := cmp.Diff(artifacts.Environment{"fragile_release": "2"}, meta.Environment); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
	if got, want := string(meta.Extra["plugin"]), `{"name":"breakable","version":"0.3.1","format":"2","sdk":"none"}`; got != want {
		t.Errorf("plugin %s, want %s", got, want)
	}
}

// Settings that no file can hold are a reason not to keep a value, which could
// not be made what it should be.
func TestKeepOddSettings(t *testing.T) {
	f := folder(t)
	h := &unsettled{}
	v, err := payload.New(t.Context(), "text", "", nil, &artifacts.LogOptions{Handler: h, Settings: map[string]any{"f": func() {}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Keep(t.Context(), about(), v); err == nil || !strings.Contains(err.Error(), "settings") {
		t.Errorf("got error %v", err)
	}
	if list, err := f.List(t.Context()); len(list) > 0 || err != nil {
		t.Errorf("kept %v, %v", list, err)
	}
}

// unsettled takes any settings.
type unsettled struct{ rescuetest.Fragile }

func (u *unsettled) Configure(map[string]any) (artifacts.Handler, error) { return u, nil }

// A message is cut between two characters.
func TestLongError(t *testing.T) {
	for n := range 4 {
		f := folder(t)
		kept := about()
		kept.Error = strings.Repeat("x", n) + strings.Repeat("漢", 1000)
		if _, err := f.Keep(t.Context(), kept, valueOf(t, "text", nil)); err != nil {
			t.Fatal(err)
		}
		list, err := f.List(t.Context())
		if err != nil || len(list) != 1 || !strings.HasPrefix(kept.Error, list[0].Error) || len(list[0].Error) < 2045 || len(list[0].Error) > 2048 {
			t.Errorf("%d: %v, %v", n, list, err)
		}
	}
}

// Values are listed in the order in which they were kept; what is no such file is
// not, and one that is broken is with the reason.
func TestList(t *testing.T) {
	f := folder(t)
	var want []string
	for i := range 3 {
		a := about()
		a.RescuedAt = at.Add(time.Duration(i) * time.Second)
		id, err := f.Keep(t.Context(), a, valueOf(t, "text", nil))
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, id)
	}
	const broken = "11111111-1111-4111-8111-111111111111"
	put(t, f, broken, "{}")
	for _, name := range []string{"notes.txt", "11111111-1111-4111-8111-11111111111A", "below/" + broken, broken + ".bak"} {
		put(t, f, name, "{}")
	}
	list, err := f.List(t.Context())
	if err != nil || len(list) != 4 {
		t.Fatalf("listed %v, error %v", list, err)
	}
	if first := list[0]; first.ID != broken || !errors.Is(first.Err, artifacts.ErrCorrupt) {
		t.Errorf("first is %+v", first)
	}
	for i, id := range want {
		if list[i+1].ID != id || list[i+1].Err != nil {
			t.Errorf("listed %+v, want %q", list[i+1], id)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if list, err := f.List(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v, %v", list, err)
	}
}

func TestIsKey(t *testing.T) {
	const id = "11111111-1111-4111-8111-111111111111"
	for key, want := range map[string]bool{
		"project.json.d/rescue/" + id: true,
		"a/b/runs.d/rescue/" + id:     true,
		"runs/rescue/" + id:           false,
		".d/rescue/" + id:             false,
		"x.d/rescue/" + id + ".json":  false,
		"x.d/rescue/sub/" + id:        false,
		"x.d/y/rescue/" + id:          false,
	} {
		if got := rescue.IsKey(key); got != want {
			t.Errorf("%q: got %t", key, got)
		}
	}
}

// FuzzOpen opens any bytes as a file: it describes itself or is refused, and
// never asks for more memory than it has bytes.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "{}\n", "[]\nx", `{"rescue": 1}` + "\n",
		`{"rescue": 1, "artifact": {"name": "a", "handler": "json", "created_at": "2025-01-01"}}` + "\nvalue",
		`{"rescue": 1, "artifact": {"name": "a", "handler": "json", "created_at": "2025-01-01", "plugin": 1}, "settings": {"x": NaN}}` + "\n",
		`{"rescue": 1e400, "test_index": -1, "artifact": {"version": 99999999999999999999}}` + "\n",
		strings.Repeat("[", 5000) + "\n",
	} {
		f.Add([]byte(seed))
	}
	const id = "11111111-1111-4111-8111-111111111111"
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := folder(t)
		put(t, dir, id, string(data))
		file, err := dir.Open(t.Context(), id)
		if err != nil {
			if !errors.Is(err, artifacts.ErrCorrupt) {
				t.Errorf("error %v", err)
			}
			return
		}
		rest, err := io.ReadAll(file)
		if err != nil || file.Close() != nil {
			t.Fatal(err)
		}
		_, body, _ := bytes.Cut(data, []byte("\n"))
		if !bytes.Equal(rest, body) || file.About.Size != int64(len(body)) {
			t.Errorf("read %q of %q, size %d", rest, data, file.About.Size)
		}
		if err := artifacts.CheckFormat(artifacts.Format{Alias: file.About.Artifact.Handler}); err != nil || file.About.Artifact.CreatedAt.IsZero() && !bytes.Contains(data, []byte("0001")) {
			t.Errorf("described as %+v: %v", file.About, err)
		}
	})
}
