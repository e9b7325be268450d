package payload

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestVerify(t *testing.T) {
	const content = "the whole file"
	tests := []struct {
		name, stored string
		a            artifacts.Artifact
		is           error
	}{
		{"as recorded", content, recorded(content), nil},
		{"nothing recorded", "anything", artifacts.Artifact{}, nil},
		{"other content", "the white file", recorded(content), artifacts.ErrCorrupt},
		{"shorter", "the whole", recorded(content), artifacts.ErrCorrupt},
		{"longer", content + ".", recorded(content), artifacts.ErrCorrupt},
	}
	ways := map[string]func(w io.Writer, r io.Reader) error{
		"read": func(w io.Writer, r io.Reader) error {
			_, err := io.Copy(w, struct{ io.Reader }{r})
			return err
		},
		"copied": func(w io.Writer, r io.Reader) error {
			_, err := r.(io.WriterTo).WriteTo(w)
			return err
		},
		"begun, then copied": func(w io.Writer, r io.Reader) error {
			if _, err := io.CopyN(w, r, 3); err != nil {
				return err
			}
			_, err := r.(io.WriterTo).WriteTo(w)
			return err
		},
	}
	for _, test := range tests {
		for way, read := range ways {
			for how, r := range readers(test.stored) {
				closed := 0
				v := Verify(t.Context(), closer{r, &closed, nil}, test.a)
				var got strings.Builder
				err := read(&got, v)
				if !errors.Is(err, test.is) || test.is == nil && got.String() != test.stored {
					t.Errorf("%s, %s, %s: read %q, %v", test.name, way, how, &got, err)
				}
				if err := v.Close(); err != nil || closed != 1 {
					t.Errorf("%s, %s, %s: closed %d times, %v", test.name, way, how, closed, err)
				}
			}
		}
	}
	v := Verify(t.Context(), io.NopCloser(iotest.DataErrReader(strings.NewReader("the white file"))), recorded(content))
	if _, err := io.ReadAll(v); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("with data and EOF at once: %v", err)
	}
}

// TestVerifyCopyFails: what the bytes are copied to has failed, not the file.
func TestVerifyCopyFails(t *testing.T) {
	full := errors.New("no room")
	r, w := io.Pipe()
	if err := r.CloseWithError(full); err != nil {
		t.Fatal(err)
	}
	v := Verify(t.Context(), io.NopCloser(strings.NewReader("text")), recorded("text"))
	if _, err := io.Copy(w, v); !errors.Is(err, full) || errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("the copy gives %v", err)
	}
}
