package plugintest

import (
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/conform"
)

// A Sample is a value a handler can encode. Most checks need one; the first of a
// list should be a list of rows, or bytes, if the handler takes such.
type Sample struct {
	Alias string // of the handler; "": the only one
	Name  string // for messages
	Value any

	// Settings are given to the handler. They are of kinds that cross.
	Settings map[string]any

	// The others have the meaning they have in [artifacttest.Case].

	Want      any
	Natural   any
	Equal     func(got, want any) bool
	File      []byte
	OpenEnded bool
}

func (s Sample) conform() conform.Sample {
	return conform.Sample{Alias: s.Alias, Name: s.Name, Value: s.Value, Settings: s.Settings}
}

func (s Sample) handlerCase(i int) artifacttest.Case {
	if s.Name == "" {
		s.Name = strconv.Itoa(i + 1)
	}
	return artifacttest.Case{
		Name: s.Name, Value: s.Value, Settings: s.Settings,
		Want: s.Want, Natural: s.Natural, Equal: s.Equal, File: s.File, OpenEnded: s.OpenEnded,
	}
}
