package archive

import (
	"fmt"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

func isIdentifier(name string) bool { return token.IsIdentifier(name) }

// checkName returns an error if an object cannot be called name. Names become
// exported identifiers, and those that begin with "_" are free for other uses, as
// they are in archives of Python.
func checkName(name string) error {
	switch {
	case token.IsKeyword(name):
		return fmt.Errorf("name %q is a keyword of Go", name)
	case !isIdentifier(name) || strings.HasPrefix(name, "_"):
		return fmt.Errorf("name %q is not a Go identifier without a leading underscore", name)
	case !token.IsExported(exported(name)):
		return fmt.Errorf("name %q begins with a letter that has no upper case, so no Go package can export it", name)
	}
	return nil
}

// exported returns the identifier that stands for a name in a text.
func exported(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[n:]
}
