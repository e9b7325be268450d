package archive

import (
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// imports are the packages that a text mentions, and what it calls them.
type imports struct {
	local map[string]string // by path
	plain map[string]bool   // paths whose packages are known to be called so
	taken map[string]bool
}

func newImports(roots []root) *imports {
	im := &imports{local: make(map[string]string), plain: make(map[string]bool), taken: make(map[string]bool)}
	for _, r := range roots {
		im.taken[exported(r.name)] = true
	}
	return im
}

// name returns what a package is called in the text. The package's own name is
// known from a type of it, and else "" and a guess.
func (im *imports) name(pkgPath, own string) string {
	if local, ok := im.local[pkgPath]; ok {
		im.plain[pkgPath] = im.plain[pkgPath] || own == local && own == path.Base(pkgPath)
		return local
	}
	local := own
	if local == "" {
		local = strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return '_'
		}, path.Base(pkgPath))
	}
	if !isIdentifier(local) || reserved(local) {
		local = "pkg_" + local
	}
	first := local
	for i := 2; im.taken[local]; i++ {
		local = first + strconv.Itoa(i)
	}
	im.taken[local] = true
	im.local[pkgPath] = local
	im.plain[pkgPath] = own == local && own == path.Base(pkgPath)
	return local
}

// reserved reports whether a name may be that of something else in a text.
func reserved(name string) bool {
	return types.Universe.Lookup(name) != nil || token.IsKeyword(name) || isOwn(name)
}

// isOwn reports whether a name is one of those that texts are written with: of
// objects that were not inserted, and of helpers.
func isOwn(name string) bool {
	return isObject(name) || strings.HasPrefix(name, helperPrefix)
}

// The beginnings of names that are a text's own.
const (
	objectPrefix = "g"
	oncePrefix   = "once"
	helperPrefix = "ls"
)

// append writes the declaration.
func (im *imports) append(b []byte) []byte {
	if len(im.local) == 0 {
		return b
	}
	b = append(b, "import (\n"...)
	for _, p := range slices.Sorted(maps.Keys(im.local)) {
		b = append(b, '\t')
		if !im.plain[p] {
			b = append(b, im.local[p]+" "...)
		}
		b = strconv.AppendQuote(b, p)
		b = append(b, '\n')
	}
	return append(b, ")\n\n"...)
}
