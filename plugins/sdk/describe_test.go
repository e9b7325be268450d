package sdk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

type described struct {
	picky
	facts Facts
}

func (d described) Describe() Facts { return d.facts }

func TestDescribe(t *testing.T) {
	writeOnly := lines
	writeOnly.Kind.Alias, writeOnly.Read = "report", nil
	writeOnly.Facts = Facts{Accepts: []Kind{Table, Matrix}, SettingsSchema: []byte(`true`)}
	c, s := served(t, lines, writeOnly, copies, table, described{picky{does: does{alias: "picky"}}, Facts{MustMatch: []string{"library"}}})
	got, err := c.Describe(t.Context(), &pluginpb.DescribeRequest{HostVersion: "1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range got.Handlers {
		if h.Alias != "report" {
			h.SettingsSchema = nil // TestSettingsSchema
		}
	}
	want := &pluginpb.DescribeResponse{
		Name: "test", Version: "1.2.3", Sdk: version,
		Handlers: []*pluginpb.HandlerInfo{
			{
				Alias: "lines", Suffix: "txt", MediaType: "text/plain", Version: "1", Summary: "one text a line",
				Encodings: []pluginpb.Encoding{asCBOR}, Accepts: []pluginpb.ValueKind{pluginpb.ValueKind_VALUE_KIND_LIST},
			},
			{
				Alias: "report", Suffix: "txt", OutputOnly: true, Encodings: []pluginpb.Encoding{asCBOR}, SettingsSchema: []byte("true"),
				Accepts: []pluginpb.ValueKind{pluginpb.ValueKind_VALUE_KIND_TABLE, pluginpb.ValueKind_VALUE_KIND_MATRIX},
			},
			{
				Alias: "copy", Binary: true,
				Encodings: []pluginpb.Encoding{asRaw}, Accepts: []pluginpb.ValueKind{pluginpb.ValueKind_VALUE_KIND_BYTES},
			},
			{
				Alias: "table", Suffix: "tab",
				Encodings: []pluginpb.Encoding{asSequence, asCBOR}, Accepts: []pluginpb.ValueKind{pluginpb.ValueKind_VALUE_KIND_LIST},
			},
			{
				Alias: "picky", Encodings: []pluginpb.Encoding{asCBOR}, Accepts: []pluginpb.ValueKind{pluginpb.ValueKind_VALUE_KIND_ANY},
				Environment: []*pluginpb.EnvironmentEntry{{Key: "library", Value: "2", MustMatch: true}, {Key: "os", Value: "any"}},
			},
		},
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var text bytes.Buffer
	if err := writeDescription(&text, s.description); err != nil {
		t.Fatal(err)
	}
	var again pluginpb.DescribeResponse
	if err := protojson.Unmarshal(text.Bytes(), &again); err != nil || !proto.Equal(&again, s.description) {
		t.Errorf("as JSON it is another description: %v\n%s", err, text.String())
	}
	if !strings.Contains(text.String(), "\n  \"protocol_minor\": ") && wire.ProtocolMinor > 0 {
		t.Errorf("the names are not those of the protocol:\n%s", text.String())
	}
}

func TestSettingsSchema(t *testing.T) {
	plain := lines
	plain.Facts.SettingsSchema = nil
	for _, test := range []struct {
		h    artifacts.Handler
		want string
	}{
		{lines, `{"type": "object"}`},
		{plain, `{"type": "object", "additionalProperties": false, "properties": {
			"end": {"type": "string", "default": "\n"}, "repeat": {"type": "integer", "default": 1}, "number": {"type": "boolean", "default": false},
			"marks": {"default": null}, "scale": {"type": "number", "default": 0}}}`},
		{copies, `{"type": "object", "additionalProperties": false, "properties": {}}`},
		{artifacts.JSON{}, ""}, // it has settings and does not say which
	} {
		info, err := describeHandler(test.h)
		if err != nil {
			t.Fatal(err)
		}
		if test.want == "" {
			if info.SettingsSchema != nil {
				t.Errorf("%T has the schema %s", test.h, info.SettingsSchema)
			}
			continue
		}
		var got, want any
		if err := json.Unmarshal(info.SettingsSchema, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(test.want), &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%T (-want +got):\n%s", test.h, diff)
		}
	}
}

func TestMistakesOfTheAuthor(t *testing.T) {
	with := func(change func(*Typed[[]string, lineSettings])) artifacts.Handler {
		h := lines
		change(&h)
		return h
	}
	var none artifacts.Handler
	tests := []struct {
		name, plugin string
		handlers     []artifacts.Handler
		text         string
	}{
		{"name", "../x", []artifacts.Handler{lines}, "name"},
		{"no handlers", "x", nil, "no handlers"},
		{"nil", "x", []artifacts.Handler{none}, "nil"},
		{"alias", "x", []artifacts.Handler{with(func(h *Typed[[]string, lineSettings]) { h.Kind.Alias = "A" })}, "lower-case"},
		{"twice", "x", []artifacts.Handler{lines, lines}, `"lines" is served twice`},
		{"schema", "x", []artifacts.Handler{with(func(h *Typed[[]string, lineSettings]) { h.Facts.SettingsSchema = []byte("{") })}, "not JSON"},
		{"must match", "x", []artifacts.Handler{with(func(h *Typed[[]string, lineSettings]) { h.Facts.MustMatch = []string{"os"} })}, "not in the environment"},
		{"sequence without errors", "x", []artifacts.Handler{artifacts.Typed[iter.Seq[int]]{Kind: lines.Kind}}, "iter.Seq2[T, error]"},
		{"type", "x", []artifacts.Handler{artifacts.Typed[map[string]chan int]{Kind: lines.Kind}}, "chan int"},
	}
	for _, test := range tests {
		_, err := newServer(test.plugin, "1", test.handlers, slog.New(slog.NewTextHandler(io.Discard, nil)))
		if err == nil || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: %v, want %q", test.name, err, test.text)
		}
	}
}

// The numbers of this package and of the protocol are the same.
func TestConstantsOfTheProtocol(t *testing.T) {
	for kind, want := range map[Kind]pluginpb.ValueKind{
		Any: pluginpb.ValueKind_VALUE_KIND_ANY, Scalar: pluginpb.ValueKind_VALUE_KIND_SCALAR, Text: pluginpb.ValueKind_VALUE_KIND_TEXT,
		Bytes: pluginpb.ValueKind_VALUE_KIND_BYTES, List: pluginpb.ValueKind_VALUE_KIND_LIST, Map: pluginpb.ValueKind_VALUE_KIND_MAP,
		Table: pluginpb.ValueKind_VALUE_KIND_TABLE, Matrix: pluginpb.ValueKind_VALUE_KIND_MATRIX,
	} {
		if int32(kind) != int32(want) || "VALUE_KIND_"+strings.ToUpper(kind.String()) != want.String() {
			t.Errorf("%v is %d, the protocol's %v is %d", kind, kind, want, want)
		}
	}
}

// The version is written in four places.
func TestVersionOfTheProtocol(t *testing.T) {
	version := fmt.Sprintf("%d.%d", wire.ProtocolMajor, wire.ProtocolMinor)
	for file, want := range map[string]string{
		"../proto/lazyscribe/plugin/v1/handler.proto": "// version " + version + ". ",
		"../PROTOCOL.md": "\nVersion " + version + ". ",
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("%s does not say %q", file, want)
		}
	}
	if want := fmt.Sprintf(".v%d.", wire.ProtocolMajor); !strings.Contains(pluginpb.ArtifactHandlerService_ServiceDesc.ServiceName, want) {
		t.Errorf("the service is %s, want %s in it", pluginpb.ArtifactHandlerService_ServiceDesc.ServiceName, want)
	}
}
