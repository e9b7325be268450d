package experiment

import (
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// The functions of this file join the package to package project. Their types
// are internal to the module, so nobody else can call them.

// Of returns the experiment in a cell. For package project.
func Of(c *record.Cell) *Experiment { return &Experiment{c} }

// CellOf returns the cell of an experiment. For package project.
func CellOf(e *Experiment) *record.Cell { return e.cell }

// NewDraft returns a draft that begins as body, which it takes over. For
// package project.
func NewDraft(body *record.Body, home *record.Home, now func() time.Time) *Draft {
	return newDraft(body, home, now)
}

// Seal ends a draft and returns what was written into it; changed is false if
// nothing was. Later calls to the draft are recorded in its Err. For package
// project.
func Seal(d *Draft) (body *record.Body, changed bool, err error) { return d.seal() }

// Discard ends a draft and drops what was written into it. For package project.
func Discard(d *Draft) { d.discard() }

// Restore adds the artifact whose value was kept, and asks encode for it when it
// is clear that it can be added. there says that the very artifact is part of the
// experiment by now, so that nothing was done. For package project.
func Restore(d *Draft, kept *artifacts.Rescued, replace bool, encode func() (*payload.Value, error)) (there bool, err error) {
	return d.restore(kept, replace, encode)
}
