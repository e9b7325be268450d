package payload

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// staged notes what is asked of it.
type staged struct {
	calls  []string
	commit error
}

func (s *staged) Commit() error   { s.calls = append(s.calls, "commit"); return s.commit }
func (s *staged) Rollback() error { s.calls = append(s.calls, "rollback"); return nil }

// filer is a handler that knows staged targets and gives files suffixes.
type filer struct {
	custom
	suffix string
}

func (f *filer) Decode(_ context.Context, r io.Reader, target any) error {
	target.(*staged).calls = append(target.(*staged).calls, "decode")
	_, err := io.Copy(io.Discard, r)
	return err
}

func (f *filer) Suffix(any) string { return f.suffix }

func TestStagedTargets(t *testing.T) {
	failed := errors.New("cannot be moved")
	tests := []struct {
		name   string
		stored string
		target staged
		want   []string
		err    error
	}{
		{"as recorded", "content", staged{}, []string{"decode", "commit"}, nil},
		{"changed", "contents", staged{}, []string{"decode", "rollback"}, artifacts.ErrCorrupt},
		{"cut", "conten", staged{}, []string{"decode", "rollback"}, artifacts.ErrCorrupt},
		{"not to be committed", "content", staged{commit: failed}, []string{"decode", "commit", "rollback"}, failed},
	}
	for _, test := range tests {
		err := Decode(t.Context(), new(filer), struct{ io.Reader }{strings.NewReader(test.stored)}, recorded("content"), &test.target, nil)
		if !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
			t.Errorf("%s: %v, want %v", test.name, err, test.err)
		}
		if diff := cmp.Diff(test.want, test.target.calls); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	var target staged
	if err := Decode(ended, new(filer), strings.NewReader("content"), recorded("content"), &target, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Decode returns %v when its context has ended", err)
	}
	if diff := cmp.Diff([]string{"rollback"}, target.calls); diff != "" {
		t.Errorf("when the context has ended (-want +got):\n%s", diff)
	}
	if err := Decode(t.Context(), new(filer), strings.NewReader("content"), recorded("content"), (*staged)(nil), nil); !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("Decode into a nil target: %v, want ErrTargetType", err)
	}
}

func TestSuffixOfAValue(t *testing.T) {
	for _, suffix := range []string{"", "tar.gz"} {
		v := mustNew(t, "x", "", &artifacts.LogOptions{Handler: &filer{suffix: suffix}})
		if got := v.Format(); got.Suffix != suffix || got.Alias != v.Handler().Format().Alias {
			t.Errorf("Format() = %+v, want the suffix %q", got, suffix)
		}
	}
	if got := mustNew(t, "x", "text", nil).Format(); got != (artifacts.Text{}).Format() {
		t.Errorf("Format() = %+v, want the handler's", got)
	}
	if _, err := New(t.Context(), "x", "", nil, &artifacts.LogOptions{Handler: &filer{suffix: "../x"}}); err == nil {
		t.Error("New accepts a suffix that leads elsewhere")
	}
}
