package pipeline

import (
	"crypto/rand"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"unicode"
)

const (
	// maxName leaves room for the hash, a mark and a suffix in the name of a file.
	maxName = 100

	recordSuffix = ".params.json"
	logSuffix    = ".log"
)

var (
	validName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)

	// ours matches the names of payloads and records: step, hash, mark, suffix.
	ours = regexp.MustCompile(`^([A-Za-z0-9_][A-Za-z0-9_.-]*)-([0-9a-f]{32})(~[a-z2-7]{8})?((?:\..*)?)$`)
)

func checkName(name string) error {
	if len(name) > maxName || !validName.MatchString(name) {
		return fmt.Errorf("step name %.120q: want at most %d letters of ASCII, digits, '_', '.' and '-', the first a letter, a digit or '_'", name, maxName)
	}
	return nil
}

// nameOf makes a name of a type: that of the parameters without "Params", in
// snake case. "" if there is none to be made.
func nameOf(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name, _, _ := strings.Cut(t.Name(), "[") // of a generic type
	name = strings.TrimSuffix(name, "Params")
	if t.PkgPath() == "" {
		return "" // of the language: int, map[string]any
	}
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) && runes[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// base returns what the names of a step's files begin with.
func base(name, hash string) string { return name + "-" + hash }

func recordKey(name, hash string) string { return base(name, hash) + recordSuffix }

// payloadKey returns the name of a payload's file, or of the folder of its files.
func payloadKey(name, hash, mark, suffix string) string {
	if suffix != "" {
		suffix = "." + suffix
	}
	return base(name, hash) + mark + suffix
}

// newMark returns what tells the file of a payload that was generated again from
// the first one.
func newMark() string { return "~" + strings.ToLower(rand.Text()[:8]) }
