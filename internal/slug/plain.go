package slug

import gosimple "github.com/gosimple/slug"

// Plain returns s as a name for things Python has no say in: aliases, plugins,
// names of scaffolded and exported folders. Unlike [Make] it keeps underscores
// and writes some signs as words ("R & D": "r-and-d"). It may return an empty string.
//
// The work is done by gosimple/slug with the settings it has in this process;
// this package changes none of them.
func Plain(s string) string { return gosimple.Make(s) }

// IsPlain reports whether s is already as [Plain] would make it: lower-case
// ASCII letters, digits, dashes and underscores, with a letter or digit at
// either end.
func IsPlain(s string) bool { return gosimple.IsSlug(s) }
