package sdk

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// The handlers of the tests.

type lineSettings struct {
	End    string
	Repeat uint8 `json:"repeat"`
	Number bool
	Marks  []string `json:"marks"`
	Scale  float64
	Hidden int `json:"-"`
}

// lines is a format with settings.
var lines = Typed[[]string, lineSettings]{
	Kind:     artifacts.Format{Alias: "lines", Suffix: "txt"},
	Facts:    Facts{Summary: "one text a line", MediaType: "text/plain", Version: "1", SettingsSchema: []byte(`{"type": "object"}`)},
	Settings: lineSettings{End: "\n", Repeat: 1},
	Write: func(_ context.Context, w io.Writer, value []string, s lineSettings) error {
		for i, line := range value {
			if strings.Contains(line, s.End) {
				return BadValue(fmt.Sprintf("[%d]", i), "has the end of a line in it")
			}
			for range s.Repeat {
				if _, err := io.WriteString(w, line+strings.Join(s.Marks, "")+s.End); err != nil {
					return err
				}
			}
		}
		return nil
	},
	Read: func(_ context.Context, r io.Reader, s lineSettings) ([]string, error) {
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		if len(text) == 0 {
			return []string{}, nil
		}
		body, whole := strings.CutSuffix(string(text), s.End)
		if !whole {
			return nil, BadFile("line %d has no end", strings.Count(body, s.End)+1)
		}
		return strings.Split(body, s.End), nil
	},
}

// stream copies bytes.
var copies = artifacts.Typed[io.Reader]{
	Kind: artifacts.Format{Alias: "copy", Binary: true},
	Write: func(_ context.Context, w io.Writer, r io.Reader) error {
		_, err := io.Copy(w, r)
		return err
	},
	Read: func(_ context.Context, r io.Reader) (io.Reader, error) { return r, nil },
}

// blob holds bytes in memory.
var blob = artifacts.Typed[[]byte]{
	Kind: artifacts.Format{Alias: "blob", Suffix: "bin", Binary: true},
	Write: func(_ context.Context, w io.Writer, p []byte) error {
		_, err := w.Write(p)
		return err
	},
	Read: func(_ context.Context, r io.Reader) ([]byte, error) { return io.ReadAll(r) },
}

type row struct {
	Step int     `json:"step"`
	Loss float64 `json:"loss"`
}

// table is rows that never are in memory together.
var table = artifacts.Typed[iter.Seq2[row, error]]{
	Kind: artifacts.Format{Alias: "table", Suffix: "tab"},
	Write: func(_ context.Context, w io.Writer, rows iter.Seq2[row, error]) error {
		b := bufio.NewWriter(w)
		for r, err := range rows {
			if err != nil {
				return err
			}
			fmt.Fprintf(b, "%d\t%g\n", r.Step, r.Loss)
		}
		return b.Flush()
	},
	Read: func(_ context.Context, r io.Reader) (iter.Seq2[row, error], error) {
		return func(yield func(row, error) bool) {
			lines := bufio.NewScanner(r)
			for n := 1; lines.Scan(); n++ {
				var next row
				_, err := fmt.Sscanf(lines.Text(), "%d\t%g", &next.Step, &next.Loss)
				if err != nil {
					yield(row{}, BadFile("line %d: %w", n, err))
					return
				}
				if !yield(next, nil) {
					return
				}
			}
			if lines.Err() != nil {
				yield(row{}, lines.Err())
			}
		}, nil
	},
}

// A does is a handler made of what a test wants it to do.
type does struct {
	alias  string
	encode func(ctx context.Context, w io.Writer, value any) error
	decode func(ctx context.Context, r io.Reader, target any) error
}

func (d does) Format() artifacts.Format { return artifacts.Format{Alias: d.alias} }

func (d does) Encode(ctx context.Context, w io.Writer, value any) error {
	return d.encode(ctx, w, value)
}

func (d does) Decode(ctx context.Context, r io.Reader, target any) error {
	return d.decode(ctx, r, target)
}
