package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// A Node is a [Step] of any types: what another one can depend on.
type Node interface {
	// Name returns the name of the step.
	Name() string

	// Hash returns what identifies the step: 32 hexadecimal digits, see
	// [params.Hash].
	Hash() string

	// ParamsTree returns the step's parameters and those of all it depends on. It
	// must not be changed.
	ParamsTree() *params.Tree

	// Ref loads or generates the payload, and says where it is stored.
	Ref(ctx context.Context) (Ref, error)

	// Explain says whether the payload is stored, and if not, why.
	Explain(ctx context.Context) (*Explanation, error)

	core() *core
}

// core is a step without its types.
type core struct {
	store   *Store
	tree    *params.Tree
	deps    []Node          // those that count
	tracked map[string]bool // hashes of all it may use
	cache   Cache
	maxAge  time.Duration
	codec   shelf.Codec
	logger  *slog.Logger

	// produce sees to it that the payload is there, loaded or generated, and
	// returns the digest of what is stored; "" if it is not stored. once says that
	// what this program has generated already will do.
	produce func(ctx context.Context, once bool) (digest string, err error)

	// value returns the payload.
	value func(ctx context.Context) (any, error)
}

// coreOf returns the core of a step that the caller may have failed to make.
func coreOf(n Node) (*core, error) {
	if n != nil {
		if c := n.core(); c != nil {
			return c, nil
		}
	}
	return nil, errors.New("a step is nil")
}

func (c *core) name() string { return c.tree.Name }

// fail says which step and operation an error is about.
func (c *core) fail(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s payload of %s (%.8s): %w", op, c.tree.Name, c.tree.Hash, err)
}
