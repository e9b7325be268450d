package plugins

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/process"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// describe turns a plugin's answer into a [Description]. An answer that breaks
// the rules is [ErrProtocol]. Texts for people are cut and cleaned; encodings
// and kinds a later version of the protocol may have added are left out.
func describe(r *pluginpb.DescribeResponse) (Description, error) {
	d := Description{
		Name: process.Line(r.GetName()), Version: process.Line(r.GetVersion()), SDK: process.Line(r.GetSdk()), ProtocolMinor: r.GetProtocolMinor(),
	}
	for _, info := range r.GetHandlers() {
		h := HandlerDescription{
			Alias: info.GetAlias(), Suffix: info.GetSuffix(), MediaType: process.Line(info.GetMediaType()),
			Binary: info.GetBinary(), OutputOnly: info.GetOutputOnly(),
			Version: process.Line(info.GetVersion()), Summary: process.Line(info.GetSummary()),
			Encodings:      names(info.GetEncodings(), pluginpb.Encoding_name, "ENCODING_"),
			Accepts:        names(info.GetAccepts(), pluginpb.ValueKind_name, "VALUE_KIND_"),
			SettingsSchema: slices.Clone(info.GetSettingsSchema()),
		}
		for _, e := range info.GetEnvironment() {
			h.Environment = append(h.Environment, EnvironmentDescription{e.GetKey(), e.GetValue(), e.GetMustMatch()})
		}
		d.Handlers = append(d.Handlers, h)
	}
	if err := d.check(); err != nil {
		return Description{}, fmt.Errorf("%w: describe: %w", ErrProtocol, err)
	}
	return d, nil
}

// names spells values of an enumeration as a [Description] has them.
func names[E ~int32](values []E, known map[int32]string, prefix string) []string {
	var list []string
	for _, v := range values {
		if name, ok := known[int32(v)]; ok && v != 0 {
			list = append(list, strings.ToLower(strings.TrimPrefix(name, prefix)))
		}
	}
	return list
}
