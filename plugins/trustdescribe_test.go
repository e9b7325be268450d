package plugins

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

func TestDescribe(t *testing.T) {
	got, err := describe(&pluginpb.DescribeResponse{
		Name: "x", Version: "1.0\x1b[31m.0\n", Sdk: strings.Repeat("s", 5000), ProtocolMinor: 7,
		Handlers: []*pluginpb.HandlerInfo{{
			Alias: "a-1", Suffix: "tar.gz", MediaType: "text/x", Binary: true, OutputOnly: true, Version: "2", Summary: "two\nlines",
			Encodings:      []pluginpb.Encoding{pluginpb.Encoding_ENCODING_CBOR_SEQ, 99, pluginpb.Encoding_ENCODING_UNSPECIFIED, pluginpb.Encoding_ENCODING_RAW},
			Accepts:        []pluginpb.ValueKind{pluginpb.ValueKind_VALUE_KIND_TABLE, 77},
			Environment:    []*pluginpb.EnvironmentEntry{{Key: "python", Value: "3.11\n[GCC]", MustMatch: true}},
			SettingsSchema: []byte(`{"type": "object"}`),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.SDK) > 2100 || !strings.HasPrefix(got.SDK, "sss") {
		t.Errorf("sdk of %d bytes", len(got.SDK))
	}
	got.SDK = ""
	want := Description{
		Name: "x", Version: "1.0[31m.0", ProtocolMinor: 7,
		Handlers: []HandlerDescription{{
			Alias: "a-1", Suffix: "tar.gz", MediaType: "text/x", Binary: true, OutputOnly: true, Version: "2", Summary: "two lines",
			Encodings: []string{"cbor_seq", "raw"}, Accepts: []string{"table"},
			Environment:    []EnvironmentDescription{{"python", "3.11\n[GCC]", true}},
			SettingsSchema: json.RawMessage(`{"type": "object"}`),
		}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestDescribeRefuses(t *testing.T) {
	many := func(n int) []*pluginpb.HandlerInfo {
		var list []*pluginpb.HandlerInfo
		for i := range n {
			list = append(list, &pluginpb.HandlerInfo{Alias: fmt.Sprintf("a%d", i), Encodings: []pluginpb.Encoding{1}})
		}
		return list
	}
	one := func(change func(*pluginpb.HandlerInfo)) []*pluginpb.HandlerInfo {
		list := many(1)
		change(list[0])
		return list
	}
	environment := func(key, value string) []*pluginpb.HandlerInfo {
		return one(func(h *pluginpb.HandlerInfo) { h.Environment = []*pluginpb.EnvironmentEntry{{Key: key, Value: value}} })
	}
	for name, c := range map[string]struct {
		handlers []*pluginpb.HandlerInfo
		says     string // "": it is fine
	}{
		"one":                  {handlers: many(1)},
		"most":                 {handlers: many(256)},
		"none":                 {says: "no handler"},
		"too many":             {handlers: many(257), says: "at most 256"},
		"twice":                {handlers: append(many(1), many(1)...), says: `two handlers have the alias "a0"`},
		"hostile alias":        {handlers: one(func(h *pluginpb.HandlerInfo) { h.Alias = "../a" }), says: "alias"},
		"no alias":             {handlers: one(func(h *pluginpb.HandlerInfo) { h.Alias = "" }), says: "alias is empty"},
		"long alias":           {handlers: one(func(h *pluginpb.HandlerInfo) { h.Alias = strings.Repeat("a", 65) }), says: "64 bytes"},
		"hostile suffix":       {handlers: one(func(h *pluginpb.HandlerInfo) { h.Suffix = "x/../../y" }), says: "suffix"},
		"long suffix":          {handlers: one(func(h *pluginpb.HandlerInfo) { h.Suffix = strings.Repeat("s", 65) }), says: "64 bytes"},
		"no encoding":          {handlers: one(func(h *pluginpb.HandlerInfo) { h.Encodings = nil }), says: "none is cbor"},
		"no known encoding":    {handlers: one(func(h *pluginpb.HandlerInfo) { h.Encodings = []pluginpb.Encoding{4, 99} }), says: "none is cbor"},
		"environment":          {handlers: environment("numpy", "1.0")},
		"hostile environment":  {handlers: environment("a b", "1"), says: "not an identifier"},
		"reserved environment": {handlers: environment("handler", "1"), says: "reserved"},
		"endless environment":  {handlers: environment("a", strings.Repeat("1", 5000)), says: "4096"},
		"too much environment": {handlers: one(func(h *pluginpb.HandlerInfo) { h.Environment = make([]*pluginpb.EnvironmentEntry, 65) }), says: "at most 64"},
		"schema of no JSON":    {handlers: one(func(h *pluginpb.HandlerInfo) { h.SettingsSchema = []byte("{") }), says: "not JSON"},
		"endless schema":       {handlers: one(func(h *pluginpb.HandlerInfo) { h.SettingsSchema = make([]byte, 65537) }), says: "65536"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := describe(&pluginpb.DescribeResponse{Name: "x", Handlers: c.handlers})
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, ErrProtocol) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("describe = %v, want %q", err, c.says)
			}
		})
	}
}

// FuzzTrustList checks that no trust file makes trouble, that everything in one
// that is read is fit to be started, and that writing it back loses nothing.
func FuzzTrustList(f *testing.F) {
	e := entry("a", "one", "two")
	e.Rename = map[string]string{"one": "three"}
	for _, name := range []string{"a", "b"} {
		list := &trustList{keys: map[string]json.RawMessage{"later": []byte(`[1.50]`)}}
		e.Name, e.Path = name, "/opt/lazyscribe-plugin-"+name
		if err := list.put(e); err != nil {
			f.Fatal(err)
		}
		text, err := list.text()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{"", "{}", `{"version": 1, "plugins": []}`, `{"version": 1, "plugins": [{}]}`, `{"version": 1, "plugins": null}`,
		`{"Version": 1, "version": 2, "plugins": []}`, `{"version": 1, "plugins": [{"name": "a", "NAME": "../a"}]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := parseTrust(text)
		if err != nil {
			return
		}
		owner := map[string]string{}
		for _, e := range list.trusted() {
			name, err := NameOf(e.Path)
			if err != nil || name != e.Name || CheckName(name) != nil || len(e.SHA256) != 64 {
				t.Errorf("%+v may be started", e)
			}
			for _, alias := range e.Aliases() {
				if owner[alias] != "" {
					t.Errorf("alias %q is that of %q and %q", alias, owner[alias], e.Name)
				}
				owner[alias] = e.Name
			}
		}
		again, err := list.text()
		if err != nil {
			t.Fatal(err)
		}
		second, err := parseTrust(again)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, again)
		}
		same := cmp.Comparer(func(a, b Description) bool { return a.Equal(b) })
		if d := cmp.Diff(list.trusted(), second.trusted(), same); d != "" {
			t.Errorf("(-first +second):\n%s", d)
		}
	})
}
