package pickle_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

// python runs testdata/canon.py and returns the lines it prints.
func python(t *testing.T, input []byte, args ...string) []string {
	t.Helper()
	cmd := pyrun.Command(t, pyrun.Need(t), filepath.Join("testdata", "canon.py"), args...)
	cmd.Stdin = bytes.NewReader(input)
	out := pyrun.Output(t, cmd)
	var lines []string
	scanner := bufio.NewScanner(bytes.NewReader(out))
	scanner.Buffer(nil, 1<<26)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// randomValues is how many values Python makes; each is pickled by all protocols.
// LAZYSCRIBE_LONG=1 asks for more.
func randomValues() int {
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		return 20000
	}
	return 2000
}

// What Python pickles is read as the same value, by all protocols; and what is
// written for it is the same value in Python.
func TestPythonBothWays(t *testing.T) {
	const seed = 1
	var written bytes.Buffer
	var spellings []string
	for _, line := range python(t, nil, "make", strconv.Itoa(seed), strconv.Itoa(randomValues())) {
		protocol, rest, _ := strings.Cut(line, " ")
		file, want, _ := strings.Cut(rest, " ")
		data, err := hex.DecodeString(file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := decode(t, pickle.Handler{Ordered: true}, data)
		if err != nil {
			t.Errorf("protocol %s: %v\n%.1000q\n%.1000s", protocol, err, data, want)
			continue
		}
		if got := canon(v); got != want {
			t.Errorf("protocol %s: %.1000q is read as\n%.1000s, Python reads\n%.1000s", protocol, data, got, want)
			continue
		}
		again := encode(t, v)
		if same, err := decode(t, pickle.Handler{Ordered: true}, again); err != nil || canon(same) != want {
			t.Errorf("%.1000s is read back as\n%.1000s (%v)", want, canon(same), err)
		}
		written.WriteString(hex.EncodeToString(again) + "\n")
		spellings = append(spellings, want)
	}
	t.Logf("%d pickles", len(spellings))
	got := python(t, written.Bytes(), "read")
	if len(got) != len(spellings) {
		t.Fatalf("Python reads %d of %d pickles", len(got), len(spellings))
	}
	for i, want := range spellings {
		if got[i] != want {
			t.Errorf("Python reads\n%.1000s, want\n%.1000s", got[i], want)
		}
	}
}

// Values of Go's own types are what the table of the package says.
func TestPythonReadsGo(t *testing.T) {
	var written bytes.Buffer
	var wants []string
	for _, test := range goValues() {
		written.WriteString(hex.EncodeToString(encode(t, test.value)) + "\n")
		// Python has no maps without an order, and writes them in that of Go.
		v, err := decode(t, pickle.Handler{Ordered: true}, encode(t, test.value))
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		wants = append(wants, canon(v))
	}
	for i, got := range python(t, written.Bytes(), "read") {
		if got != wants[i] {
			t.Errorf("%s: Python reads %s, want %s", goValues()[i].name, got, wants[i])
		}
	}
}
