package plugintest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/plugintest"
	"github.com/lazyscribe-go/lazyscribe/plugins/sdk"
)

// The plugin of this test has a handler for each of the ways in which values
// cross: as one item, as rows, and as bytes.

func TestMain(m *testing.M) { plugintest.Main(m, serve) }

func serve() { sdk.Serve("tested", "1.0.0", lines, rows, bytes) }

var lines = sdk.Typed[[]string, struct{}]{
	Kind: artifacts.Format{Alias: "lines", Suffix: "txt"},
	Write: func(_ context.Context, w io.Writer, value []string, _ struct{}) error {
		fmt.Println("printed by the handler") // which must do no harm
		for i, line := range value {
			if strings.ContainsAny(line, "\r\n") {
				return sdk.BadValue(fmt.Sprintf("[%d]", i), "want a text of one line")
			}
			if _, err := fmt.Fprintln(w, line); err != nil {
				return err
			}
		}
		return nil
	},
	Read: func(_ context.Context, r io.Reader, _ struct{}) ([]string, error) {
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		if len(text) > 0 && text[len(text)-1] != '\n' || !utf8.Valid(text) {
			return nil, sdk.BadFile("want lines of UTF-8 text")
		}
		list := []string{}
		for line := range strings.Lines(string(text)) {
			list = append(list, strings.TrimSuffix(line, "\n"))
		}
		return list, nil
	},
}

type indent struct {
	Indent int `json:"indent"`
}

var rows = sdk.Typed[iter.Seq2[map[string]string, error], indent]{
	Kind: artifacts.Format{Alias: "rows", Suffix: "jsonl"},
	Write: func(_ context.Context, w io.Writer, value iter.Seq2[map[string]string, error], s indent) error {
		for row, err := range value {
			if err != nil {
				return err
			}
			if row == nil {
				return sdk.BadValue("", "want rows, got nil")
			}
			line, err := json.Marshal(row)
			if err != nil {
				return sdk.BadValue("", "%w", err)
			}
			if _, err := fmt.Fprintf(w, "%s%s\n", strings.Repeat(" ", s.Indent), line); err != nil {
				return err
			}
		}
		return nil
	},
	Read: func(_ context.Context, r io.Reader, _ indent) (iter.Seq2[map[string]string, error], error) {
		return func(yield func(map[string]string, error) bool) {
			lines := bufio.NewReader(r)
			for {
				line, err := lines.ReadBytes('\n')
				if err == io.EOF && len(line) == 0 {
					return
				}
				var row map[string]string
				if err == io.EOF {
					err = sdk.BadFile("the last row does not end")
				}
				if err == nil {
					err = json.Unmarshal(line, &row)
					if err != nil || row == nil {
						err = sdk.BadFile("not a row: %v", err)
					}
				}
				if !yield(row, err) || err != nil {
					return
				}
			}
		}, nil
	},
}

var bytes = sdk.Typed[io.Reader, struct{}]{
	Kind: artifacts.Format{Alias: "bytes", Suffix: "bin", Binary: true},
	Write: func(_ context.Context, w io.Writer, value io.Reader, _ struct{}) error {
		_, err := io.Copy(w, value)
		return err
	},
	Read: func(_ context.Context, r io.Reader, _ struct{}) (io.Reader, error) { return r, nil },
}

func TestConformance(t *testing.T) {
	table := []map[string]string{{"a": "1", "b": "é"}, {"a": "", "c": "x"}}
	plugintest.Run(t,
		plugintest.Sample{Alias: "lines", Name: "texts", Value: []string{"a", "é", ""}, File: []byte("a\né\n\n"), OpenEnded: true},
		plugintest.Sample{Alias: "lines", Name: "none", Value: []string{}, File: []byte{}},
		plugintest.Sample{Alias: "rows", Name: "two rows", Value: table, OpenEnded: true},
		plugintest.Sample{Alias: "rows", Name: "indented", Value: table, Settings: map[string]any{"indent": 2}, OpenEnded: true},
		plugintest.Sample{Alias: "bytes", Name: "bytes", Value: []byte("\x00\xff\n"), File: []byte("\x00\xff\n"), OpenEnded: true},
	)
}
