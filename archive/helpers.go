package archive

import (
	_ "embed"
	"strings"
)

//go:embed internal/gen/helpers.go
var helperSource string

// Helpers returns a file with the functions that the texts of archives call, for a
// package that has such texts: see [PackageFile].
func Helpers(pkg string) []byte {
	_, code, _ := strings.Cut(helperSource, "\npackage gen\n")
	return []byte(generated + "package " + pkg + "\n" + code)
}
