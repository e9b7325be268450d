package pipeline_test

import (
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
)

// TestReadme keeps the README's program and ExampleStep_Payload, which runs, the
// same.
func TestReadme(t *testing.T) { fixture.InExample(t, "## Payloads by their parameters") }
