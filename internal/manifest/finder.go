package manifest

import (
	"errors"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// A Finder finds the lines of elements. It goes through each text once, however
// many elements are asked for, if they come in their order. The zero Finder is
// not ready: make one.
type Finder map[*Buffer]*pyjson.Locator

// Start returns the line and column, from 1, at which an element begins in the
// manifest it was read from; 0 if it has not been in a file.
func (f Finder) Start(p Place) (line, column int) {
	if p.buf == nil || !p.buf.whole {
		return 0, 0
	}
	if f[p.buf] == nil {
		f[p.buf] = pyjson.NewLocator(p.buf.data)
	}
	at := f[p.buf].ErrorAt(p.start, "")
	return at.Line, at.Column
}

// Find returns the line and column of an element that could not be read because
// of err: of the mistake, if err is a syntax error, else of the element's
// beginning. cause is err without that place.
func (f Finder) Find(p Place, err error) (line, column int, cause error) {
	line, column = f.Start(p)
	if syntax := (*pyjson.SyntaxError)(nil); line > 0 && errors.As(err, &syntax) {
		return syntax.Line, syntax.Column, errors.New(syntax.Msg)
	}
	return line, column, err
}
