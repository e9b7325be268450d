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
	for _, test := range tests {
		for how, r := range readers(test.stored) {
			closed := 0
			v := Verify(t.Context(), closer{r, &closed, nil}, test.a)
			got, err := io.ReadAll(v)
			if !errors.Is(err, test.is) || test.is == nil && string(got) != test.stored {
				t.Errorf("%s, %s: read %q, %v", test.name, how, got, err)
			}
			if err := v.Close(); err != nil || closed != 1 {
				t.Errorf("%s, %s: closed %d times, %v", test.name, how, closed, err)
			}
		}
	}
	v := Verify(t.Context(), io.NopCloser(iotest.DataErrReader(strings.NewReader("the white file"))), recorded(content))
	if _, err := io.ReadAll(v); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("with data and EOF at once: %v", err)
	}
}
