// Package entry translates between [artifacts.Artifact] and the JSON object
// that stands for it in a manifest. Projects and repositories share the form
// (FORMAT.md, "Artifact entries").
//
// Reading is lenient: what can be understood is returned beside the error, so
// that one odd key does not hide an artifact. Nothing read here is trusted;
// paths are checked where they are used.
package entry

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/internal/slug"
)

// Decode reads an entry. With an error, the fields that could be read are set;
// without a Name and a Handler the artifact cannot be used.
func Decode(o *pyjson.Object) (artifacts.Artifact, error) {
	var a artifacts.Artifact
	var errs []error
	for _, key := range []string{"name", "handler", "created_at"} {
		if _, ok := o.Get(key); !ok {
			errs = append(errs, fmt.Errorf("no %q", key))
		}
	}
	for key, v := range o.All() {
		if err := set(&a, key, v); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	return a, errors.Join(errs...)
}

func set(a *artifacts.Artifact, key string, v any) (err error) {
	switch key {
	case "name":
		a.Name, err = text(v)
	case "handler":
		a.Handler, err = text(v)
	case "fname":
		if v != nil {
			a.FileName, err = text(v)
		}
	case "created_at":
		a.CreatedAt, err = date(v)
	case "expiry":
		if v != nil {
			a.Expiry, err = date(v)
		}
	case "purged_at":
		if v != nil {
			a.PurgedAt, err = date(v)
		}
	case "version":
		if v != nil {
			a.Version, err = version(v)
		}
	case "sha256":
		if v != nil {
			a.SHA256, err = text(v)
		}
	case "size":
		if v != nil {
			a.Size, err = size(v)
		}
	default:
		return setOther(a, key, v)
	}
	return err
}

// setOther files a key under the environment if it can be one, else under the
// keys that are kept without being understood.
func setOther(a *artifacts.Artifact, key string, v any) error {
	if s, ok := v.(string); ok && artifacts.CheckEnvironmentKey(key) == nil {
		if a.Environment == nil {
			a.Environment = artifacts.Environment{}
		}
		a.Environment[key] = s
		return nil
	}
	raw, err := pyjson.Append(nil, v, nil)
	if err != nil {
		return err
	}
	if a.Extra == nil {
		a.Extra = map[string]json.RawMessage{}
	}
	a.Extra[key] = raw
	return nil
}

func text(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", errors.New("want a string")
	}
	return s, nil
}

func date(v any) (time.Time, error) {
	s, err := text(v)
	if err != nil {
		return time.Time{}, err
	}
	return pytime.Parse(s)
}

// version accepts the text form of a number too, as Python's reader does.
func version(v any) (int, error) {
	switch v := v.(type) {
	case pyjson.Number:
		if n, ok := v.Int64(); ok && n >= 0 && n == int64(int(n)) {
			return int(n), nil
		}
	case string:
		if n, err := strconv.Atoi(v); err == nil && n >= 0 {
			return n, nil
		}
	}
	return 0, errors.New("want a whole number from 0")
}

func size(v any) (int64, error) {
	if n, ok := v.(pyjson.Number); ok {
		if n, ok := n.Int64(); ok && n >= 0 {
			return n, nil
		}
	}
	return 0, errors.New("want a number of bytes")
}

// Encode returns the entry of an artifact, without the keys it has no value
// for; expiry alone is always there, as Python writes it.
func Encode(a artifacts.Artifact) (*pyjson.Object, error) {
	o := pyjson.NewObject()
	for key, raw := range a.Extra {
		v, err := pyjson.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("artifact %q: key %s: %w", a.Name, key, err)
		}
		o.Set(key, v)
	}
	for key, s := range a.Environment {
		o.Set(key, s)
	}
	o.Set("created_at", pytime.Format(a.CreatedAt))
	o.Set("expiry", optionalTime(a.Expiry))
	o.Set("fname", a.FileName)
	o.Set("handler", a.Handler)
	o.Set("name", a.Name)
	o.Set("version", pyjson.Number(strconv.Itoa(a.Version)))
	if a.SHA256 != "" {
		o.Set("sha256", a.SHA256)
		o.Set("size", pyjson.Number(strconv.FormatInt(a.Size, 10)))
	}
	if !a.PurgedAt.IsZero() {
		o.Set("purged_at", pytime.Format(a.PurgedAt))
	}
	return o, nil
}

func optionalTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return pytime.Format(t)
}

// Same reports whether two descriptions are of one artifact: of the same name,
// file and handler, created at the same time to the second. The file may have got
// a mark at one side, as its name was taken there: of two programs that save one
// artifact at once, the second finds the file of the first.
func Same(a, b artifacts.Artifact) bool {
	return a.Name == b.Name && a.Handler == b.Handler && pytime.Seconds(a.CreatedAt).Equal(pytime.Seconds(b.CreatedAt)) &&
		(a.FileName == b.FileName || unmarked(a.FileName) == b.FileName || a.FileName == unmarked(b.FileName))
}

// mark matches what is put before the suffix of the name of a file to make it
// another one, and the suffix.
var mark = regexp.MustCompile(`-[0-9a-f]{8}(\.[^/]*)?$`)

func unmarked(fileName string) string { return mark.ReplaceAllString(fileName, "$1") }

// FileName is the name of an artifact's file where none was asked for or
// recorded: slug of the name, time of creation, suffix of the format. It is what
// Python computes, also for a name whose slug is empty: "-20250131123045.json".
func FileName(a artifacts.Artifact, f artifacts.Format) string {
	stem := slug.Make(a.Name) + "-" + a.CreatedAt.UTC().Format("20060102150405")
	if f.Suffix == "" {
		return stem
	}
	return stem + "." + f.Suffix
}
