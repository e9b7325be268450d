package cli

import (
	"bytes"
	"context"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
	"github.com/lazyscribe-go/lazyscribe/artifacts/yaml"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/preview"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
)

// A loadFunc loads one artifact.
type loadFunc func(target any, o *artifacts.LoadOptions) error

// showArtifact prints what there is to be said about an artifact: its value, or
// what is in a file whose value would be too much. get is the command that copies
// the file.
func (a *app) showArtifact(ctx context.Context, x artifacts.Artifact, get string, load loadFunc) error {
	if h, ok := preview.Handler(x.Handler, preview.Options{Picture: a.draws()}); ok {
		var p preview.Preview
		if err := load(&p, &artifacts.LoadOptions{Handler: h}); err != nil {
			return loadHint(err, get)
		}
		return a.printPreview(&p)
	}
	var value any
	if err := load(&value, &artifacts.LoadOptions{Settings: shownSettings[x.Handler]}); err != nil {
		return loadHint(err, get)
	}
	if err := a.writeValue(ctx, value, x.Handler); err != nil {
		return fmt.Errorf("show artifact %q: %w", x.Name, err)
	}
	return nil
}

var (
	textAlias   = artifacts.Text{}.Format().Alias
	yamlAlias   = yaml.Handler{}.Format().Alias
	pickleAlias = pickle.Handler{}.Format().Alias
)

// shownSettings are settings of handlers for values that are shown: dicts in
// their order.
var shownSettings = map[string]map[string]any{pickleAlias: {"ordered": true}}

// maxShown is how many values an artifact may consist of that is shown.
const maxShown = 1 << 24

// writeValue writes what a handler decoded: text and YAML as such, if people read
// it, and all else as JSON. A string that was JSON stays JSON.
func (a *app) writeValue(ctx context.Context, value any, alias string) (err error) {
	if text, isText := value.(string); isText && alias == textAlias && a.output == tableOutput {
		return a.printText(text)
	}
	if alias == yamlAlias && a.output == tableOutput {
		var text bytes.Buffer
		if err := (yaml.Handler{RawUnicode: true}).Encode(ctx, &text, value); err != nil {
			return err
		}
		return a.printText(text.String())
	}
	if alias == yamlAlias || alias == pickleAlias { // which have values JSON has not
		if value, err = preview.Plain(value, maxShown); err != nil {
			return err
		}
	}
	if a.output == jsonlOutput {
		return render.JSONLine(a.out, value)
	}
	return render.JSON(a.out, value)
}
