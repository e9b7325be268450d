package archive

import (
	"context"
	"fmt"
	"go/scanner"
	"go/token"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A reader makes objects while it reads the text: there is no tree of it, which
// would be many times as large.
type reader struct {
	ctx    context.Context
	types  *Types
	arrays ArraySource

	scan    scanner.Scanner
	source  *token.File
	pos     token.Pos
	tok     token.Token
	lit     string
	comment string // the last one before the present token
	tokens  int    // that were read
	scanErr error

	imports map[string]string       // paths by local names
	aliases map[string]reflect.Type // of the text's own
	objects map[string]reflect.Value
	out     *Objects

	fieldsOf        map[reflect.Type]map[string]int // places of structs' fields, see archived
	depth, maxDepth int
	outsides        map[string]bool       // arrays that were read
	memory          int64                 // bytes that may still be used
	made            map[reflect.Type]bool // by the text
}

const (
	defaultDepth  = 10_000
	defaultMemory = 256 << 20
	perByte       = 64 // bytes of memory that a byte of text may always take
	maxMade       = 10_000
)

func newReader(ctx context.Context, text []byte, o RestoreOptions) *reader {
	r := &reader{
		ctx: ctx, types: o.Types, arrays: o.Arrays,
		imports: make(map[string]string), aliases: make(map[string]reflect.Type), objects: make(map[string]reflect.Value),
		fieldsOf: make(map[reflect.Type]map[string]int),
		made:     make(map[reflect.Type]bool),
		outsides: make(map[string]bool),
		out:      &Objects{values: make(map[string]reflect.Value)},
		maxDepth: defaultDepth,
		memory:   max(defaultMemory, perByte*min(int64(len(text)), math.MaxInt64/perByte)),
	}
	if o.Limits.Depth > 0 {
		r.maxDepth = o.Limits.Depth
	}
	if o.Limits.Memory > 0 {
		r.memory = o.Limits.Memory
	}
	r.source = token.NewFileSet().AddFile("", -1, len(text))
	r.scan.Init(r.source, text, func(_ token.Position, msg string) {
		if r.scanErr == nil {
			r.scanErr = fmt.Errorf("%w: %s", artifacts.ErrCorrupt, msg)
		}
	}, scanner.ScanComments)
	return r
}

// next reads the next token.
func (r *reader) next() error {
	r.comment = ""
	if r.tokens++; r.tokens%4096 == 0 {
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	for {
		r.pos, r.tok, r.lit = r.scan.Scan()
		if r.scanErr != nil {
			return r.at(r.pos, r.scanErr)
		}
		if r.tok != token.COMMENT {
			return nil
		}
		r.comment = r.lit
	}
}

// at adds a place to an error that has none.
func (r *reader) at(pos token.Pos, err error) error {
	p := r.source.Position(pos)
	return &TextError{Line: p.Line, Column: p.Column, Err: err}
}

// corrupt says that something at a place is not what archives write.
func (r *reader) corrupt(pos token.Pos, format string, args ...any) error {
	return r.at(pos, fmt.Errorf("%w: %s", artifacts.ErrCorrupt, fmt.Sprintf(format, args...)))
}

// unexpected says that about the present token.
func (r *reader) unexpected(want string) error {
	return r.corrupt(r.pos, "found %s, want %s", r.shown(), want)
}

func (r *reader) shown() string {
	switch {
	case r.tok == token.EOF:
		return "the end"
	case r.tok == token.SEMICOLON && r.lit == "\n":
		return "the end of the line"
	case r.lit == "":
		return strconv.Quote(r.tok.String())
	}
	return fmt.Sprintf("%.60q", r.lit)
}

// skip reads past a token that has to be there.
func (r *reader) skip(tok token.Token) error {
	if r.tok != tok {
		return r.unexpected(strconv.Quote(tok.String()))
	}
	return r.next()
}

// word reads past an identifier, which has to be the one given.
func (r *reader) word(want string) error {
	if r.tok != token.IDENT || r.lit != want {
		return r.unexpected(strconv.Quote(want))
	}
	return r.next()
}

// ident reads an identifier.
func (r *reader) ident() (string, error) {
	if r.tok != token.IDENT {
		return "", r.unexpected("a name")
	}
	name := r.lit
	return name, r.next()
}

// text reads a string.
func (r *reader) text() (string, error) {
	if r.tok != token.STRING {
		return "", r.unexpected("a string")
	}
	s, err := strconv.Unquote(r.lit)
	if err != nil {
		return "", r.corrupt(r.pos, "%.60q is not a string", r.lit)
	}
	return s, r.next()
}

// integer reads a whole number that fits an int.
func (r *reader) integer() (int, error) {
	lit := ""
	pos := r.pos
	if r.tok == token.SUB {
		lit = "-"
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	if r.tok != token.INT {
		return 0, r.unexpected("a whole number")
	}
	lit += r.lit
	n, err := strconv.ParseInt(lit, 0, strconv.IntSize)
	if err != nil {
		return 0, r.corrupt(pos, "%.60s does not fit an int", lit)
	}
	return int(n), r.next()
}

// use counts memory that is going to be used, and refuses it past the limit.
func (r *reader) use(pos token.Pos, bytes uintptr) error {
	r.memory -= int64(min(bytes, math.MaxInt64/2))
	if r.memory < 0 {
		r.memory = 0
		return r.at(pos, fmt.Errorf("%w: the text makes more than the memory allowed by its limits", artifacts.ErrTooLarge))
	}
	return nil
}

// deeper counts a level; whoever enters one counts it back.
func (r *reader) deeper() error {
	if r.depth++; r.depth > r.maxDepth {
		return r.at(r.pos, fmt.Errorf("%w: more than %d levels are inside one another", artifacts.ErrTooLarge, r.maxDepth))
	}
	return nil
}

// archivedAs returns the name in the comment above a declaration.
func archivedAs(comment, goName string) string {
	_, quoted, ok := strings.Cut(comment, " is the object archived as ")
	if ok {
		if name, err := strconv.Unquote(strings.TrimSuffix(quoted, ".")); err == nil && exported(name) == goName {
			return name
		}
	}
	return goName
}
