package sdk

import (
	"bytes"
	"encoding/json"
	"io"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// writeDescription writes a description as JSON, in the names of the protocol.
func writeDescription(w io.Writer, d *pluginpb.DescribeResponse) error {
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(d)
	if err != nil {
		return err
	}
	// The white space of protojson is not the same in each build, on purpose.
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err = w.Write(b.Bytes())
	return err
}
