package shelf_test

import (
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
)

// TestReadme keeps the README's program and ExamplePut, which runs, the same.
func TestReadme(t *testing.T) { fixture.InExample(t, "## Values by type") }
