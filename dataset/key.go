package dataset

import (
	"fmt"
	"go/token"
	"strings"
)

// maxKey is the length of the longest key, in bytes: file names have room for
// 255, and some are made of a key and more.
const maxKey = 128

// taken are the folded keys whose names a generated package has for itself: the
// variable Info, the function Load, and its files.
var taken = map[string]bool{"info": true, "load": true, "dataset": true, "lazyscribe_gen": true}

// checkKey refuses what is no key: an identifier of Go in the letters of ASCII
// that begins with a letter. File systems and object stores do not agree about
// other letters, and what begins otherwise has no capital to be exported by.
func checkKey(key string) error {
	switch {
	case key == "":
		return fmt.Errorf("key is empty")
	case len(key) > maxKey:
		return fmt.Errorf("key %.20q... is longer than %d bytes", key, maxKey)
	case !letter(key[0]):
		return fmt.Errorf("key %q does not begin with a letter (a-z, A-Z)", key)
	case token.IsKeyword(key):
		return fmt.Errorf("key %q is a word of Go's own", key)
	case taken[fold(key)]:
		return fmt.Errorf("key %q is a name that the dataset has for itself", key)
	}
	for _, c := range []byte(key) {
		if !letter(c) && !digit(c) && c != '_' {
			return fmt.Errorf("key %q is not an identifier of letters (a-z, A-Z), digits and _", key)
		}
	}
	return nil
}

// fold returns what stands for a key in names of files. Keys that differ in case
// alone have one file, so that only one of them can be there: their Go names
// would be the same or hard to tell apart, and so would their files be on disks
// that ignore case.
func fold(key string) string { return strings.ToLower(key) }

// exported returns the Go name of an item.
func exported(key string) string { return strings.ToUpper(key[:1]) + key[1:] }

const (
	recordFolder = ".records/"
	recordSuffix = ".json"
	dataSuffix   = "_data/"
)

// recordFile returns where the record of a key is.
func recordFile(key string) string { return recordFolder + fold(key) + recordSuffix }

// dataFolder returns where the files of a key are.
func dataFolder(key string) string { return fold(key) + dataSuffix }

// viewFile returns the Go file of a key. What follows the last underscore of a
// file's name may be a condition to the go command ("_test", "_linux"), if it
// begins with a letter; an underscore more ends that. Names that end in one get
// another, so that no two keys have one file.
func viewFile(key string) string {
	name := fold(key)
	if i := strings.LastIndexByte(name, '_'); i >= 0 && (i+1 == len(name) || letter(name[i+1])) {
		name += "_"
	}
	return name + ".go"
}

func letter(c byte) bool { c |= 0x20; return 'a' <= c && c <= 'z' }
func digit(c byte) bool  { return '0' <= c && c <= '9' }
