package sdk_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/sdk"
)

type shellSettings struct {
	Prefix string `json:"prefix"`
}

// The format of a file that a shell can read.
var shell = sdk.Typed[map[string]string, shellSettings]{
	Kind:     artifacts.Format{Alias: "shell", Suffix: "sh"},
	Facts:    sdk.Facts{Summary: "variables for a shell", MediaType: "application/x-sh"},
	Settings: shellSettings{Prefix: "RUN_"},
	Write: func(_ context.Context, w io.Writer, value map[string]string, s shellSettings) error {
		for _, name := range slices.Sorted(maps.Keys(value)) { // the same bytes each time
			text := value[name]
			if strings.ContainsAny(text, "'\n") {
				return sdk.BadValue(name, "%q has no simple quotation", text)
			}
			if _, err := fmt.Fprintf(w, "%s%s='%s'\n", s.Prefix, name, text); err != nil {
				return err
			}
		}
		return nil
	},
	Read: func(_ context.Context, r io.Reader, s shellSettings) (map[string]string, error) {
		value := make(map[string]string)
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			name, text, ok := strings.Cut(strings.TrimPrefix(lines.Text(), s.Prefix), "=")
			if !ok {
				return nil, sdk.BadFile("%q is no assignment", lines.Text())
			}
			value[name] = strings.Trim(text, "'")
		}
		return value, lines.Err()
	},
}

// The main function of a plugin.
func ExampleServe() {
	sdk.Serve("shell", "1.0.0", shell)
}

// What a plugin serves works in a program too.
func ExampleTyped() {
	h, err := shell.Configure(map[string]any{"prefix": "EVAL_"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := h.Encode(context.Background(), os.Stdout, map[string]string{"seed": "42"}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(h.Encode(context.Background(), os.Stdout, map[string]string{"note": "it's"}))
	_, err = shell.Configure(map[string]any{"suffix": ";"})
	fmt.Println(err)
	// Output:
	// EVAL_seed='42'
	// unsupported value: note: "it's" has no simple quotation
	// unknown setting "suffix" (known: prefix)
}
