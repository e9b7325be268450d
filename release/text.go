package release

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

// A SyntaxError says where a file of releases is not JSON.
type SyntaxError = pyjson.SyntaxError

// Marshal returns the JSON text of releases, as Python's release.dumps does: on
// one line, or with indent for each level if it is not "".
func Marshal(list []Release, indent string) ([]byte, error) {
	trees := make([]any, len(list))
	for i, r := range list {
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("write release %q: %w", r.Tag, err)
		}
		trees[i] = r.tree()
	}
	return pyjson.Append(nil, trees, &pyjson.Format{Indent: indent})
}

// tree returns the JSON of a release. Its keys stand in Python's order, which is
// not that of their names.
func (r *Release) tree() *pyjson.Object {
	items := make([]any, len(r.Artifacts))
	for i, item := range r.Artifacts {
		items[i] = []any{item.Name, pyjson.Number(strconv.Itoa(item.Version))}
	}
	o := pyjson.NewObject()
	o.Set("tag", r.Tag)
	o.Set("artifacts", items)
	o.Set("created_at", pytime.Format(r.CreatedAt))
	return o
}

// Unmarshal reads the JSON text of releases, as Python's release.loads does.
func Unmarshal(text []byte) ([]Release, error) {
	entries, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("read releases: %w", err)
	}
	list := make([]Release, len(entries))
	for i, e := range entries {
		if e.err != nil {
			return nil, fmt.Errorf("read releases: entry %d: %w", i, e.err)
		}
		list[i] = e.Release
	}
	return list, nil
}

// decode reads one release. With an error, what could be read is returned.
func decode(text []byte) (Release, error) {
	tree, err := pyjson.Parse(text)
	if syntax := (*pyjson.SyntaxError)(nil); errors.As(err, &syntax) {
		return Release{}, errors.New(syntax.Msg) // its place is one in this element, not in the file
	}
	o, ok := tree.(*pyjson.Object)
	if !ok {
		return Release{}, errors.New("want an object")
	}
	var r Release
	var errs []error
	for key, set := range map[string]func(any) error{"tag": r.setTag, "artifacts": r.setArtifacts, "created_at": r.setCreated} {
		v, ok := o.Get(key)
		if !ok {
			errs = append(errs, fmt.Errorf("no %q", key))
		} else if err := set(v); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	return r, errors.Join(errs...)
}

func (r *Release) setTag(v any) error {
	var ok bool
	if r.Tag, ok = v.(string); !ok {
		return errors.New("want a string")
	}
	return nil
}

func (r *Release) setCreated(v any) (err error) {
	text, ok := v.(string)
	if !ok {
		return errors.New("want a string")
	}
	r.CreatedAt, err = pytime.Parse(text)
	return err
}

func (r *Release) setArtifacts(v any) error {
	list, ok := v.([]any)
	if !ok {
		return errors.New("want a list")
	}
	for i, v := range list {
		pair, _ := v.([]any)
		if len(pair) != 2 {
			return fmt.Errorf("[%d]: want a name and a version", i)
		}
		name, isText := pair[0].(string)
		number, isNumber := pair[1].(pyjson.Number)
		n, fits := number.Int64()
		if !isText || !isNumber || !fits || n != int64(int(n)) {
			return fmt.Errorf("[%d]: want a name and a version", i)
		}
		r.Artifacts = append(r.Artifacts, Item{name, int(n)})
	}
	return nil
}
