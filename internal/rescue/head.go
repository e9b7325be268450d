package rescue

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

// format is the version of the files, in their key "rescue".
const format = 1

// maxError is the length in bytes to which a handler's message is cut.
const maxError = 2048

// encode returns the first line of a file, without its end.
func encode(about *artifacts.Rescued) ([]byte, error) {
	a, err := entry.Encode(about.Artifact)
	if err != nil {
		return nil, err
	}
	o := pyjson.NewObject()
	o.Set("rescue", format)
	o.Set("artifact", a)
	o.Set("project", about.Project)
	if about.Experiment != "" {
		o.Set("slug", about.Experiment)
	}
	if about.Test != "" {
		o.Set("test", about.Test)
		o.Set("test_index", about.TestIndex)
	}
	if len(about.Settings) > 0 {
		settings, err := pyjson.Of(about.Settings)
		if err != nil {
			return nil, fmt.Errorf("its settings: %w", err)
		}
		o.Set("settings", settings)
	}
	o.Set("error", strings.ToValidUTF8(about.Error[:min(len(about.Error), maxError)], ""))
	o.Set("rescued_at", pytime.Format(about.RescuedAt))
	return pyjson.Append(nil, o, &pyjson.Format{SortKeys: true})
}

// decode reads the first line of a file.
func decode(line []byte) (artifacts.Rescued, error) {
	about, err := parse(line)
	if err != nil {
		return artifacts.Rescued{}, fmt.Errorf("%w: what describes it: %w", artifacts.ErrCorrupt, err)
	}
	return about, nil
}

func parse(line []byte) (about artifacts.Rescued, err error) {
	tree, err := pyjson.Parse(line)
	if err != nil {
		return about, err
	}
	o, ok := tree.(*pyjson.Object)
	if !ok {
		return about, errors.New("it is no object")
	}
	f := fields{object: o}
	var version int
	if f.read("rescue", &version); f.err == nil && version != format {
		return about, fmt.Errorf("its format is %d, known is %d: another release of lazyscribe wrote it", version, format)
	}
	f.read("project", &about.Project)
	f.read("slug", &about.Experiment)
	f.read("test", &about.Test)
	f.read("test_index", &about.TestIndex)
	f.read("settings", &about.Settings)
	f.read("error", &about.Error)
	about.RescuedAt = f.time("rescued_at")
	about.Artifact, about.Plugin = f.artifact()
	return about, f.err
}

// fields reads the members of an object. The first error ends it.
type fields struct {
	object *pyjson.Object
	err    error
}

// read assigns a member to what target points to; one that is absent or null
// leaves it as it is.
func (f *fields) read(key string, target any) {
	v, _ := f.object.Get(key)
	if f.err != nil || v == nil {
		return
	}
	if err := pyjson.Assign(v, target); err != nil {
		f.err = fmt.Errorf("%s: %w", key, err)
	}
}

func (f *fields) time(key string) time.Time {
	var text string
	if f.read(key, &text); f.err != nil || text == "" {
		return time.Time{}
	}
	t, err := pytime.Parse(text)
	if err != nil {
		f.err = fmt.Errorf("%s: %w", key, err)
	}
	return t
}

// artifact reads what the file would have been recorded as, by which plugin. Of a
// file that was never made neither digest nor version is known, whatever the
// entry says.
func (f *fields) artifact() (artifacts.Artifact, artifacts.Plugin) {
	v, _ := f.object.Get("artifact")
	o, ok := v.(*pyjson.Object)
	if !ok {
		o = pyjson.NewObject()
	}
	a, err := entry.Decode(o)
	if err == nil {
		err = artifacts.CheckFormat(artifacts.Format{Alias: a.Handler})
	}
	var plugin artifacts.Plugin
	if text := a.Extra["plugin"]; err == nil && text != nil {
		err = pyjson.Decode(text, &plugin)
	}
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("artifact: %w", err)
	}
	return artifacts.Artifact{Name: a.Name, FileName: a.FileName, Handler: a.Handler,
		CreatedAt: a.CreatedAt, Expiry: a.Expiry, Environment: a.Environment}, plugin
}
