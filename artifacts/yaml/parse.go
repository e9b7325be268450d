package yaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// parse returns the tree of the only document, or nil if there is none. What
// its scalars mean is not asked of the library, which follows YAML 1.2.
func parse(text []byte) (root *yaml.Node, err error) {
	// The parser is made to panic and to recover by itself. Whatever escapes it
	// is its own mistake, which a file must not be able to end the process with.
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("%w: the parser fails: %v", artifacts.ErrCorrupt, r)
		}
	}()
	in := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	switch err := in.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, damaged(err)
	}
	switch err := in.Decode(&second); {
	case err == nil:
		return nil, fmt.Errorf("%w: line %d: a second document begins, and a file holds one", artifacts.ErrCorrupt, max(second.Line, 1))
	case !errors.Is(err, io.EOF):
		return nil, damaged(err)
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) != 1 {
		return nil, fmt.Errorf("%w: there is no document", artifacts.ErrCorrupt)
	}
	return document.Content[0], nil
}

func damaged(err error) error {
	return fmt.Errorf("%w: %s", artifacts.ErrCorrupt, strings.TrimPrefix(err.Error(), "yaml: "))
}

// at returns an error about one node.
func at(n *yaml.Node, sentinel error, format string, args ...any) error {
	return fmt.Errorf("%w: line %d, column %d: %s", sentinel, n.Line, n.Column, fmt.Sprintf(format, args...))
}
