package pyjson

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

// TestPythonInterpreter compares random texts, many of them broken, with the
// json module of Python.
func TestPythonInterpreter(t *testing.T) {
	python := pyrun.Need(t)
	const count = 6000
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	texts := randomTexts(rand.New(rand.NewPCG(seed, 0)), count)

	var input bytes.Buffer
	for _, text := range texts {
		input.Write(AppendString(nil, text))
		input.WriteByte('\n')
	}
	cmd := pyrun.Command(t, python, "testdata/check.py")
	cmd.Stdin = &input
	output := pyrun.Output(t, cmd)

	answers := bufio.NewScanner(bytes.NewReader(output))
	answers.Buffer(nil, len(output)+1)
	accepted := 0
	for _, text := range texts {
		if !answers.Scan() {
			t.Fatal("too few answers")
		}
		var want []string
		if err := json.Unmarshal(answers.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		v, err := Parse([]byte(text))
		if (err == nil) != (want != nil) {
			t.Errorf("Parse(%q) = %v, Python accepts it: %v", text, err, want != nil)
		}
		if err != nil || want == nil {
			continue
		}
		accepted++
		if got := mustAppend(t, v, sortedFormat); got != want[0] {
			t.Errorf("sorted form of %q:\ngot  %q\nwant %q", text, got, want[0])
		}
		if got := mustAppend(t, v, lineFormat); got != want[1] {
			t.Errorf("one-line form of %q:\ngot  %q\nwant %q", text, got, want[1])
		}
	}
	t.Logf("%d of %d texts are valid", accepted, count)
	if accepted < count/10 || accepted > count*9/10 {
		t.Errorf("%d of %d texts are valid: the mixture tests too little", accepted, count)
	}
}

// randomTexts returns texts of which about half have been damaged.
func randomTexts(r *rand.Rand, count int) []string {
	texts := make([]string, count)
	for i := range texts {
		var b strings.Builder
		randomValue(r, &b, 5)
		text := b.String()
		if r.IntN(2) == 0 {
			text = damage(r, text)
		}
		texts[i] = text
	}
	return texts
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

var (
	blankTokens  = []string{"", "", "", " ", "\n    ", "\t", "\r\n"}
	scalarTokens = []string{
		"null", "true", "false", "NaN", "Infinity", "-Infinity", "0", "-0", "-0.0", "1", "-17", "1.0", "1E5", "1e-5", "0.1e1",
		"1e400", "-1e400", "1e-400", "123456789012345678901234567890", "1e16", "9999999999999998.0", "0.0001", "0.00001", "5e-324",
		"1.7976931348623157e308", "4.35", "0.30000000000000004", "2.5e+3", "1e22", "1e23",
	}
	stringTokens = []string{
		"", "a", "b", "key", "B", "_", "9", "10", `\n`, `\"`, `\\`, `\/`, `\b\f\r\t`, `\u0000`, `\u00e9`, `\u00E9`, "é", "日本", "😀", `\ud83d\ude00`,
		`\ud83d`, `\ude00`, `\ud83d\ud83d`, `\ude00\ud83d`, "\u007f", "\u2028", "\uffff", "<>&'", "a long run of plain text, ", `\u0041`,
	}
	damageTokens = []string{
		"", ",", ":", "[", "]", "{", "}", "\"", "\\", "-", "+", ".", "e", "0", "1", "\x00", "\t", " ", "\u00a0", "\ufeff", "n", "N", `\u12`, "\n",
		"\u2028", "'", "//", "\x7f", "١",
	}
)

func randomValue(r *rand.Rand, b *strings.Builder, depth int) {
	b.WriteString(pick(r, blankTokens))
	switch n := r.IntN(10); {
	case n < 3 && depth > 0:
		randomContainer(r, b, "[]", func() { randomValue(r, b, depth-1) })
	case n < 6 && depth > 0:
		randomContainer(r, b, "{}", func() {
			b.WriteString(pick(r, blankTokens))
			randomString(r, b)
			b.WriteString(pick(r, blankTokens))
			b.WriteByte(':')
			randomValue(r, b, depth-1)
		})
	case n < 8:
		b.WriteString(pick(r, scalarTokens))
	default:
		randomString(r, b)
	}
	b.WriteString(pick(r, blankTokens))
}

func randomContainer(r *rand.Rand, b *strings.Builder, brackets string, element func()) {
	b.WriteByte(brackets[0])
	for i := range r.IntN(5) {
		if i > 0 {
			b.WriteByte(',')
		}
		element()
	}
	b.WriteByte(brackets[1])
}

func randomString(r *rand.Rand, b *strings.Builder) {
	b.WriteByte('"')
	for range r.IntN(4) {
		b.WriteString(pick(r, stringTokens))
	}
	b.WriteByte('"')
}

// damage replaces one character of text, or inserts one.
func damage(r *rand.Rand, text string) string {
	runes := []rune(text)
	i := r.IntN(len(runes) + 1)
	j := min(i+r.IntN(2), len(runes))
	return string(runes[:i]) + pick(r, damageTokens) + string(runes[j:])
}
