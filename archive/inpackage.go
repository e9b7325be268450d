package archive

import (
	"bytes"
	"fmt"
	"go/format"
	"go/scanner"
	"go/token"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// FileOptions say how a text becomes a file of a package, see [PackageFile].
type FileOptions struct {
	// Package is the name of the package.
	Package string

	// Prefix goes before each name that the text does not export, and lets several
	// texts be in one package.
	Prefix string

	// Files is the name of the variable of type [io/fs.FS] that has the arrays. ""
	// means Prefix and "lsFiles".
	Files string

	// ArrayFile returns where in Files an array is. Nil means that its name is
	// what it is called in the text: array_0.npy.
	ArrayFile func(name string) string
}

// PackageFile rewrites a text as [Archive.Text] returns it to be a file of a
// package. The package has to have the functions of [Helpers], and the variable
// with the arrays if there are any. It is for who generates such packages;
// [Archive.Save] does.
func PackageFile(text []byte, o FileOptions) ([]byte, error) {
	if o.Files == "" {
		o.Files = o.Prefix + filesName
	}
	body, ok := bytes.CutPrefix(text, []byte(textHead))
	if !ok {
		return nil, fmt.Errorf("make package file: %w: the text does not begin as an archive's", artifacts.ErrCorrupt)
	}
	head := generated + "package " + o.Package + "\n\n"
	body, keyed, err := o.rename(body)
	if err != nil {
		return nil, fmt.Errorf("make package file: %w", err)
	}
	file := append([]byte(head), body...)
	if !keyed {
		return file, nil
	}
	// Only names that are keys of maps are in columns, which have another width now.
	return format.Source(file)
}

// rename changes the names that are the text's own, and says whether one of them
// is a key.
func (o FileOptions) rename(body []byte) (renamed []byte, keyed bool, err error) {
	var s scanner.Scanner
	source := token.NewFileSet().AddFile("", -1, len(body))
	s.Init(source, body, func(p token.Position, msg string) {
		if err == nil {
			err = &TextError{p.Line, p.Column, fmt.Errorf("%w: %s", artifacts.ErrCorrupt, msg)}
		}
	}, scanner.ScanComments)
	renamed = make([]byte, 0, len(body)+len(body)/16)
	done, own := 0, false // what is copied, and whether the last name was the text's own
	inArray, last := false, token.ILLEGAL
	replace := func(at int, old, text string) {
		renamed = append(append(renamed, body[done:at]...), text...)
		done = at + len(old)
	}
	for {
		pos, tok, lit := s.Scan()
		at := source.Offset(pos)
		switch {
		case tok == token.EOF || err != nil:
			return append(renamed, body[done:]...), keyed, err
		case tok == token.COLON && own:
			keyed = true
		case tok == token.IDENT && last != token.PERIOD && lit == filesName:
			replace(at, lit, o.Files)
			inArray = true
		case tok == token.STRING && inArray:
			inArray = false
			if name, _ := strconv.Unquote(lit); o.ArrayFile != nil {
				replace(at, lit, strconv.Quote(o.ArrayFile(name)))
			}
		}
		if tok == token.IDENT {
			own = last != token.PERIOD && isObject(lit)
			if own {
				replace(at, lit, o.Prefix+lit)
			}
		} else if tok != token.LPAREN && tok != token.RPAREN {
			own = false
		}
		last = tok
	}
}

// isObject reports whether a name is that of an object which was not inserted, of
// what makes one, or of a type.
func isObject(name string) bool {
	for _, prefix := range []string{objectPrefix, helperPrefix + "T"} {
		if n, ok := strings.CutPrefix(name, prefix); ok && n != "" && strings.Trim(n, "0123456789") == "" {
			return true
		}
	}
	once, ok := strings.CutPrefix(name, oncePrefix)
	return ok && token.IsExported(once)
}
