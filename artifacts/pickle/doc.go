// Package pickle reads and writes pickles of plain data: what Python's pickle
// module makes of numbers, text, bytes, containers and times.
//
// A blank import registers the handler under the alias "pickle", which is also
// Python's name for it:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
//
// # Reading
//
// Protocols 0 to 5 are read. A pickle is a program; this package runs only the
// part of it that arranges data. No class or function is ever called: a fixed
// table says which names stand for a kind of value of this package, and any
// other, as well as persistent ids, extension codes, attributes of objects and
// buffers outside of the file, is [ErrNotPlain] with the name of the module and
// the class. A *any gets
//
//	None, bool                            nil, bool
//	int                                   int64, *big.Int beyond it
//	float, complex                        float64, complex128
//	str                                   string
//	bytes, bytearray                      []byte, ByteArray
//	list, tuple                           []any, Tuple
//	dict                                  map[string]any, Dict if a key is no str
//	OrderedDict, defaultdict, Counter     as a dict
//	set, frozenset                        Set, FrozenSet
//	datetime with a zone, without         time.Time, Naive
//	date, time, timezone                  Date, TimeOfDay, Zone
//	timedelta                             time.Duration
//	decimal.Decimal                       Decimal
//
// The order of a dict is kept by [Dict] and by structs, not by Go's maps;
// [Handler].Ordered makes every dict a Dict. What a defaultdict makes of absent
// keys is no data and dropped; timedeltas of more than 292 years do not fit. A
// str with a lone surrogate, which UTF-8 does not have, is a string with the
// three bytes UTF-8 would have given it. NumPy's arrays and scalars are refused:
// the format npy is made for them.
//
// Other targets are filled by what they are: structs from dicts with str keys,
// by the tags pickle or json and the rules of encoding/json; maps with any keys
// from dicts, those with values of type struct{} from sets; slices and arrays,
// which must have the right length, from list, tuple, set and frozenset; an
// [encoding.TextUnmarshaler] from str. Whole numbers fit floats that hold them
// exactly; nothing else is converted, and None fits only what can be nil.
//
// Parts that were one object in Python are one in Go where that is possible:
// slices, maps and pointers. A list that contains itself is [ErrNotPlain], since
// few Go programs survive one. Of files that are not trusted the same goes for what
// walks through a *any: a few bytes can share parts so often that it never ends, and
// formats that know no shared parts would write all of them.
//
// # Writing
//
// Protocol 4 is written, which every Python since 3.4 reads, laid out as CPython
// does it. The table above is used from right to left,
// and beyond it
//
//	integers of any kind, big.Int         int
//	float32, complex64                    float, complex
//	slices, arrays                        list, tuple where a key must be hashable
//	slices and arrays of bytes            bytes
//	maps                                  dict with sorted keys
//	map[T]struct{}                        set
//	structs                               dict, by the tags pickle or json
//	pointers                              what they point to, nil is None
//	nil slices and maps                   None
//	time.Time                             datetime with a fixed offset
//	encoding.TextMarshaler                str
//
// Python counts microseconds: what is finer is cut off. Pointers, maps and slices
// that are used twice are one object in Python. Values that contain themselves
// or are nested more than 900 levels deep, strings that are not text, and keys
// that Python cannot hash are refused.
//
// # The Python version
//
// Python's lazyscribe records the version of Python beside a pickle and refuses
// to read it in another, for classes may have changed. Plain data does not
// change, so this package compares nothing; it records nothing either, for
// a record without a version is read by all of them. A version that was recorded
// by Python stays.
//
// # Aliasing, concurrency, errors
//
// What is decoded shares no memory with the file. The functions and the handler
// are safe for concurrent use. Files that are no pickle are
// artifacts.ErrCorrupt; memory is bounded by a fixed multiple of the file's
// size (and the size of the target's type), since all that is made was read,
// whatever sizes the file claims.
//
// The format is defined by the modules pickle and pickletools of CPython.
package pickle
