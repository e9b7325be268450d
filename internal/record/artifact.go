package record

import (
	"sync/atomic"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// An Artifact is an artifact of a record: either its value still waits to be
// written, or its file is there. Every body that holds it sees it settle.
type Artifact struct {
	state atomic.Pointer[artifactState]
}

type artifactState struct {
	meta    artifacts.Artifact
	pending *payload.Value
	tree    *pyjson.Object // entry as in the file; nil while pending
}

// NewArtifact returns an artifact whose value waits for a save.
func NewArtifact(meta artifacts.Artifact, value *payload.Value) *Artifact {
	a := &Artifact{}
	a.state.Store(&artifactState{meta: meta, pending: value})
	return a
}

// SavedArtifact returns an artifact whose file is there.
func SavedArtifact(meta artifacts.Artifact) (*Artifact, error) {
	tree, err := entryTree(meta)
	if err != nil {
		return nil, err
	}
	return savedArtifact(meta, tree), nil
}

func savedArtifact(meta artifacts.Artifact, tree *pyjson.Object) *Artifact {
	a := &Artifact{}
	a.state.Store(&artifactState{meta: meta, tree: tree})
	return a
}

// Meta returns what is known about the artifact now.
func (a *Artifact) Meta() artifacts.Artifact { return a.state.Load().meta }

// Pending returns the value that waits, nil when the file is there.
func (a *Artifact) Pending() *payload.Value { return a.state.Load().pending }

// Settle says that the artifact's file was written and the manifest names it.
func (a *Artifact) Settle(meta artifacts.Artifact) error {
	tree, err := entryTree(meta)
	if err != nil {
		return err
	}
	was := a.state.Swap(&artifactState{meta: meta, tree: tree})
	if was.pending != nil {
		return was.pending.Close()
	}
	return nil
}
