package pickle_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
)

func TestNothingIsCalled(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"system", "cos\nsystem\n(S'echo'\ntR.", `"system" of module "os"`},
		{"system, protocol 4", "\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04echo\x85R.", `"system" of module "os"`},
		{"a dotted name", "\x80\x04\x8c\x08builtins\x8c\x0cset.__init__\x93.", `"set.__init__" of module "builtins"`},
		{"eval", "c__builtin__\neval\n(S'1'\ntR.", `"eval" of module "__builtin__"`},
		{"a class by itself", "cdatetime\ndate\n.", "datetime.date"},
		{"a class in a list", "(cdatetime\ndate\nl.", "datetime.date"},
		{"old instance", "(S'echo'\nios\nsystem\n.", `"system" of module "os"`},
		{"old object", "(cos\nsystem\nS'echo'\no.", `"system" of module "os"`},
		{"object of protocol 0", "ccopy_reg\n_reconstructor\n(c__main__\nModel\nc__builtin__\nobject\nNtR.", `"Model" of module "__main__"`},
		{"object of protocol 2", "\x80\x02c__main__\nModel\n)\x81}b.", `"Model" of module "__main__"`},
		{"reconstructor", "ccopy_reg\n_reconstructor\n(c__builtin__\nint\nc__builtin__\nint\nNtR.", "copyreg._reconstructor"},
		{"factory called", "cbuiltins\nlist\n)R.", "builtins.list"},
		{"attributes of a dict", "}}b.", "attributes of a dict"},
		{"attributes of an OrderedDict", "ccollections\nOrderedDict\n)R}b.", "attributes of a dict"},
		{"keywords", "cbuiltins\nset\n)}\x92.", "an object built with keywords"},
		{"extension", "\x80\x02\x82\x07.", "extension code 7"},
		{"extension of 2 bytes", "\x80\x02\x83\x07\x01.", "extension code 263"},
		{"extension of 4 bytes", "\x80\x02\x84\x07\x01\x00\x00.", "extension code 263"},
		{"persistent id", "Pdb.table\n.", `persistent id "db.table"`},
		{"persistent id on the stack", "I1\nQ.", "a persistent id"},
		{"buffer", "\x80\x05\x97.", "outside of the file"},
		{"read-only buffer", "\x80\x05N\x98.", "outside of the file"},
		{"long name", "c" + strings.Repeat("m", 1000) + "\nx\n.", strings.Repeat("m", 100) + `"...`},
	}
	for _, test := range tests {
		v, err := decode(t, pickle.Handler{}, []byte(test.data))
		if !errors.Is(err, pickle.ErrNotPlain) || !strings.Contains(err.Error(), test.want) || errors.Is(err, artifacts.ErrCorrupt) {
			t.Errorf("%s gives %v, %v", test.name, v, err)
		}
	}
}

func TestDamage(t *testing.T) {
	size := func(n uint64) string { return string(binary.LittleEndian.AppendUint64(nil, n)) }
	tests := []struct{ name, data, want string }{
		{"empty", "", "unexpected EOF"},
		{"no stop", "N", "unexpected EOF"},
		{"nothing to return", ".", "too little"},
		{"two values", "NN.", "more than one value"},
		{"an open mark", "N(N.", "more than one value"},
		{"bytes after it", "N.N", "1 bytes after"},
		{"unknown opcode", "\xff.", "no such opcode"},
		{"unknown protocol", "\x80\x06N.", "protocol 6 is not known"},
		{"bytes that are not there", "\x80\x04\x8e" + size(1<<62) + "abc.", "unexpected EOF"},
		{"negative length", "T\xff\xff\xff\xffabc.", "unexpected EOF"},
		{"int that is not there", "\x80\x02\x8b\xff\xff\xff\x7f\x01.", "unexpected EOF"},
		{"frame that is not there", "\x80\x04\x95" + size(1<<62) + "N.", "frame"},
		{"frame that ends early", "\x80\x04\x95" + size(2) + "X\x01\x00\x00\x00a.", "end of its frame"},
		{"frame in a frame", "\x80\x04\x95" + size(11) + "\x95" + size(1) + "N.", "frame within a frame"},
		{"line without an end", "I1", "unexpected EOF"},
		{"not memoised", "h\x07.", "nothing is memoised as 7"},
		{"memo of nothing", "q\x07.", "too little"},
		{"memo number", "N(g-1\n.", "no number of the memo"},
		{"append to None", "NNa.", "a list is asked for"},
		{"append to nothing", "Na.", "too little"},
		{"appends without a mark", "]Ne.", "no mark"},
		{"appends below a mark", "](Na.", "too little"},
		{"odd dict", "(NNNd.", "a key and no value"},
		{"odd items", "}(NNNu.", "a key and no value"},
		{"list as a key", "}]Ns.", "cannot be hashed"},
		{"dict in a set", "\x80\x04\x8f(}\x90.", "cannot be hashed"},
		{"set in a tuple in a set", "\x80\x04\x8f(\x8f\x85\x90.", "cannot be hashed"},
		{"items for a frozenset", "\x80\x04(\x91(N\x90.", "frozenset is added to"},
		{"call of None", "N)R.", "None is called"},
		{"arguments that are none", "cbuiltins\nset\nNR.", "arguments are None"},
		{"set of None", "cbuiltins\nset\nN\x85R.", "unexpected arguments"},
		{"names that are none", "\x80\x04NN\x93.", "a class is named by None"},
		{"not UTF-8", "X\x01\x00\x00\x00\xff.", "not UTF-8"},
		{"not ASCII", "U\x01\xff.", "not ASCII"},
		{"no int", "I1x\n.", "no int"},
		{"long int", "I" + strings.Repeat("1", 5000) + "\n.", "more than 4300 digits"},
		{"no float", "F0x1p2\n.", "no float"},
		{"no quotes", "Sabc\n.", "no quoted str"},
		{"wrong escape", "S'\\q'\n.", "unknown escape"},
		{"half an escape", "V\\u12\n.", "cut off"},
		{"no code point", "V\\Uffffffff\n.", "an escape in a str"},
		{"no date", "cdatetime\ndate\nC\x04\x07\xe9\x0d\x01\x85R.", "no date"},
		{"no time", "cdatetime\ntime\nC\x06\x18\x00\x00\x00\x00\x00\x85R.", "no time of day"},
		{"short date", "cdatetime\ndate\nC\x03\x07\xe9\x0c\x85R.", "unexpected arguments"},
		{"no decimal", "cdecimal\nDecimal\nX\x01\x00\x00\x00x\x85R.", "no decimal number"},
		{"zone of days", "cdatetime\ntimezone\ncdatetime\ntimedelta\nK\x01K\x00K\x00\x87R\x85R.", "no time zone"},
		{"deep lists", strings.Repeat("]", 20000) + strings.Repeat("a", 19999) + ".", "nested more than 10000 levels"},
		{"deep tuples as keys", "}N" + strings.Repeat("\x85", 20000) + "Ns.", "nested more than 10000 levels"},
	}
	for _, test := range tests {
		v, err := decode(t, pickle.Handler{}, []byte(test.data))
		if !errors.Is(err, artifacts.ErrCorrupt) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s gives %v, %v", test.name, v, err)
		}
	}
}

// memoryFactor is how many times its size a file may take in memory, next to
// what reading anything takes. An opcode of one byte makes an empty dict.
const (
	memoryFactor = 400
	memoryFloor  = 1 << 20
)

// allocated returns how many bytes f allocates, whether or not they are needed
// any more.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Small files that ask for much: what they get is bounded by their size.
func TestBombs(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString("]" + "q\x00")
	for i := range 60 { // each list holds the one before it twice
		fmt.Fprintf(&laughs, "](h%ch%ceq%c", i, i, i+1)
	}
	var tuples strings.Builder
	tuples.WriteString(")q\x00")
	for i := range 60 {
		tuples.WriteString(fmt.Sprintf("h%ch%c\x86q%c", i, i, i+1))
	}
	large := "\x80\x04B\x00\x00\x10\x00" + strings.Repeat("x", 1<<20)
	tests := []struct {
		name, data string
		targets    []any
	}{
		{"laughs", laughs.String() + ".", []any{new(any), new([]any), new([][][][][][][][]any)}},
		{"laughs in tuples", tuples.String() + ".", []any{new(any), new([][]any)}},
		{"tuples as keys", "}" + tuples.String() + "Ns.", []any{new(any), new(map[any]any), new(pickle.Dict)}},
		{"large memo number", "Nr\xff\xff\xff\xff.", []any{new(any)}},
		{"many large memo numbers", strings.Repeat("Nr\x00\xff\xff\xff0", 1000) + "N.", []any{new(any)}},
		{"bytes again and again", large + "q\x000" + "(" + strings.Repeat("cbuiltins\nbytearray\nh\x00\x85R", 1000) + "t.", []any{new(any)}},
		{
			"str encoded again and again",
			"X\x00\x00\x01\x00" + strings.Repeat("x", 1<<16) + "q\x000X\x06\x00\x00\x00latin1q\x010c_codecs\nencode\nq\x020(" + strings.Repeat("h\x02h\x00h\x01\x86R", 1000) + "t.",
			[]any{new(any)},
		},
		{
			"set of a list again and again",
			"](" + strings.Repeat("K\x01", 1<<12) + "eq\x000cbuiltins\nset\nq\x010(" + strings.Repeat("h\x01h\x00\x85R", 1<<12) + "t.",
			[]any{new(any)},
		},
		{
			"dict of a list again and again",
			"](" + strings.Repeat("NN\x86", 1<<12) + "eq\x000ccollections\nOrderedDict\nq\x010(" + strings.Repeat("h\x01h\x00\x85R", 1<<12) + "t.",
			[]any{new(any)},
		},
		{
			"dict of a dict again and again",
			"}(" + strings.Repeat("NN", 1<<12) + "uq\x000ccollections\nCounter\nq\x010(" + strings.Repeat("h\x01h\x00\x85R", 1<<12) + "t.",
			[]any{new(any)},
		},
		{"empty dicts", "(" + strings.Repeat("}", 1<<18) + "t.", []any{new(any), new([]map[string]int), new([]pickle.Dict)}},
		{"empty sets", "\x80\x04(" + strings.Repeat("\x8f", 1<<18) + "t.", []any{new(any), new([]map[string]struct{}), new([]pickle.Set)}},
	}
	for _, test := range tests {
		for _, target := range test.targets {
			var err error
			used := allocated(func() {
				err = (pickle.Handler{}).Decode(t.Context(), strings.NewReader(test.data), target)
			})
			if limit := uint64(memoryFactor*len(test.data) + memoryFloor); used > limit {
				t.Errorf("%s into a %T: %d bytes allocate %d, more than %d (%v)", test.name, target, len(test.data), used, limit, err)
			}
		}
	}
}
