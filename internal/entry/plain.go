package entry

import (
	"bytes"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

// The keys that every version of lazyscribe knows. Others are the environment's,
// or are kept without being understood.
const (
	keyCreatedAt = iota
	keyExpiry
	keyFileName
	keyHandler
	keyName
	keyPurgedAt
	keySHA256
	keySize
	keyVersion
)

// Keys tells the splitter of a manifest what [Reader.Plain] looks at.
var Keys = pyjson.NewKeys("created_at", "expiry", "fname", "handler", "name", "purged_at", "sha256", "size", "version")

// A Reader reads the entries of one manifest. It keeps the texts that many of
// them share once. The zero Reader is ready.
type Reader struct{ texts map[string]string }

// Plain reads an entry off its text: data is that of the manifest, r what the
// splitter found with [Keys]. It knows the usual form alone, which nearly all
// entries have, and takes a fifth of the time of making a tree of them first.
// What it says of others is that they are not plain: [Decode] reads any entry, and
// says what is wrong with it.
//
// A key that is repeated is not usual either: only the tree has all its values, and
// an integer with too many digits makes the entry unreadable wherever it is.
func (d *Reader) Plain(data []byte, r *pyjson.Record) (a artifacts.Artifact, plain bool) {
	if r.Err != nil || !r.Object || r.Repeated > 0 || r.Others > 0 {
		return a, false
	}
	v := values{data: data, at: r.Values, texts: d, plain: true}
	a = artifacts.Artifact{
		Name: v.shared(keyName), Handler: v.shared(keyHandler), CreatedAt: v.time(keyCreatedAt),
		FileName: v.optionalText(keyFileName), SHA256: v.optionalText(keySHA256), Size: v.optionalNumber(keySize),
		Expiry: v.optionalTime(keyExpiry), PurgedAt: v.optionalTime(keyPurgedAt),
	}
	version := v.optionalNumber(keyVersion)
	a.Version = int(version)
	return a, v.plain && int64(a.Version) == version
}

// values are those of one entry. A value that is not of the usual form makes plain
// false.
type values struct {
	data  []byte
	at    []pyjson.Span
	texts *Reader
	plain bool
}

func (v *values) raw(key int) []byte { return v.data[v.at[key].Start:v.at[key].End] }

// absent reports whether there is nothing to be known of a value.
func (v *values) absent(key int) bool {
	raw := v.raw(key)
	return len(raw) == 0 || string(raw) == "null"
}

// text returns what is between the quotes of a text without escape sequences.
func (v *values) text(key int) []byte {
	raw := v.raw(key)
	if len(raw) < 2 || raw[0] != '"' || bytes.IndexByte(raw, '\\') >= 0 {
		v.plain = false
		return nil
	}
	return raw[1 : len(raw)-1]
}

// shared is for texts that many entries have in common.
func (v *values) shared(key int) string {
	text := v.text(key)
	s, ok := v.texts.texts[string(text)] // allocates nothing
	if !ok {
		if v.texts.texts == nil {
			v.texts.texts = map[string]string{}
		}
		s = string(text)
		v.texts.texts[s] = s
	}
	return s
}

func (v *values) time(key int) time.Time {
	text := v.text(key)
	if !v.plain {
		return time.Time{}
	}
	t, err := pytime.ParseBytes(text)
	v.plain = err == nil
	return t
}

func (v *values) optionalText(key int) string {
	if v.absent(key) {
		return ""
	}
	return string(v.text(key))
}

func (v *values) optionalTime(key int) time.Time {
	if v.absent(key) {
		return time.Time{}
	}
	return v.time(key)
}

// surelyFits is how many digits an integer can have that is always an int64.
const surelyFits = 18

// optionalNumber reads a whole number from 0.
func (v *values) optionalNumber(key int) (n int64) {
	if v.absent(key) {
		return 0
	}
	raw := v.raw(key)
	v.plain = v.plain && len(raw) <= surelyFits
	for _, c := range raw {
		v.plain = v.plain && '0' <= c && c <= '9'
		n = 10*n + int64(c-'0')
	}
	return n
}
