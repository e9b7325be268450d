package params

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// domain keeps these hashes apart from all others. Its number is that of the
// contract in PARAMS.md.
const domain = "lazyscribe.pipeline/1\x00"

// hashBytes is how much of the SHA-256 is kept: enough that two steps never have
// one hash by chance, and short enough for the name of a file.
const hashBytes = 16

// Hash returns the hash of a step: 32 hexadecimal digits, in lower case. text is
// the canonical text of its parameters, as in [Set].Text; dependencies are the
// hashes of the steps that it depends on, by their names.
func Hash(name, version string, text []byte, dependencies map[string]string) string {
	h := sha256.New()
	h.Write([]byte(domain))
	h.Write(preimage(name, version, text, dependencies))
	return hex.EncodeToString(h.Sum(nil)[:hashBytes])
}

// preimage returns the canonical text of a step. Names of steps and versions are
// taken as they are: they are no keys or values of the user's parameters, so
// nothing of them is escaped.
func preimage(name, version string, text []byte, dependencies map[string]string) []byte {
	out := []byte(`{"dependencies":{`)
	for i, key := range slices.SortedFunc(maps.Keys(dependencies), compareKeys) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendString(out, key), ':')
		out = appendString(out, dependencies[key])
	}
	out = append(out, `},"name":`...)
	out = appendString(out, name)
	out = append(out, `,"params":`...)
	out = append(out, text...)
	out = append(out, `,"version":`...)
	return append(appendString(out, version), '}')
}

// Canonical returns the canonical text of JSON text, such as that of the
// parameters in a record which a program has indented or whose keys it sorted in
// another way. What stands for something that JSON cannot say goes on doing so;
// numbers are in double precision, as RFC 8785 has them.
func Canonical(text []byte) ([]byte, error) {
	e := &encoder{verbatim: true}
	if err := e.jsonText(text); err != nil {
		return nil, err
	}
	return e.out, nil
}

// checkText refuses what is not the text of parameters with names.
func checkText(text json.RawMessage) error {
	if len(text) == 0 || text[0] != '{' {
		return &Error{Err: fmt.Errorf("%w: want a struct or a map, so that each has a name", ErrUnsupported)}
	}
	return nil
}
