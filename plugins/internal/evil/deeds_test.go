package evil

import (
	"slices"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// A deedCase is a deed and the error it has to lead to.
type deedCase struct {
	when, what string
	is         []error // all of them
	says       string  // as a part of the message
}

// anyCall are the deeds that can be done at encode and at decode.
var anyCall = []deedCase{
	{what: "panic", is: []error{plugins.ErrCrashed}, says: "ended unexpectedly (exit status 2); last output: panic: an evil deed"},
	{what: "panic elsewhere", is: []error{plugins.ErrCrashed}, says: "(exit status 2); last output: panic: an evil deed"},
	{what: "exit 0", is: []error{plugins.ErrCrashed}, says: "ended unexpectedly (exit status 0)"},
	{what: "exit 3", is: []error{plugins.ErrCrashed}, says: "ended unexpectedly (exit status 3)"},
	{what: "kill", is: []error{plugins.ErrCrashed}, says: "ended unexpectedly (signal: killed)"},
	{what: "hang", is: []error{plugins.ErrStalled}, says: "made no progress for 3s and was stopped"},
	{what: "stop", is: []error{plugins.ErrStalled}, says: "made no progress for 3s and was stopped"},
	{what: "spin", is: []error{plugins.ErrStalled}, says: "made no progress for 3s and was stopped"},
	{what: "huge frame", is: []error{plugins.ErrProtocol}, says: "sent a frame of more than 2 MiB"},
	{what: "large frame", is: []error{plugins.ErrProtocol}, says: "data frame too large"},
	{what: "garbage", is: []error{plugins.ErrProtocol}, says: "cannot parse"},
	{what: "status", is: []error{plugins.ErrProtocol}, says: "answered with an error of gRPC: "},
	{what: "failure", says: "failed without saying why"},
	{what: "early end", is: []error{plugins.ErrProtocol}, says: "answered before it had read everything"},
	{what: "count", is: []error{plugins.ErrProtocol}, says: "bytes came of"},
	{what: "checksum", is: []error{plugins.ErrProtocol}, says: "CRC-32"},
	{what: "no end", is: []error{plugins.ErrProtocol}, says: "aborted"},
	{what: "goes on", is: []error{plugins.ErrProtocol}, says: "sent more after the end"},
}

// anyStart are the deeds before calls, which do not depend on what is called.
var anyStart = []deedCase{
	{atStart, "endless line", []error{plugins.ErrStart}, "did not become ready within 4s"},
	{atStart, "garbage", []error{plugins.ErrStart}, "did not become ready within 4s"},
	{atStart, "protocol", []error{plugins.ErrStart, plugins.ErrProtocol}, "it speaks protocol 9, this program 1"},
	{atStart, "core protocol", []error{plugins.ErrStart, plugins.ErrProtocol}, "7"},
	{atStart, "net/rpc", []error{plugins.ErrStart}, "netrpc"},
	{atStart, "nobody", []error{plugins.ErrStart}, "cannot be talked to"},
	{atStart, "exit", []error{plugins.ErrStart}, "ended before it was ready (exit status 4); last output: no licence"},
	{atStart, "library", []error{plugins.ErrStart}, "(exit status 127); last output: error while loading shared libraries: libevil.so.1"},
	{atStart, "hang", []error{plugins.ErrStart}, "did not become ready within 4s"},
	{atStart, "closed output", []error{plugins.ErrStart}, "closed its output without saying that it is ready"},
	{atDescribe, "twice", []error{plugins.ErrProtocol}, `two handlers have the alias "bad"`},
	{atDescribe, "suffix", []error{plugins.ErrChanged}, `handler "bad" is not what it was when the plugin was trusted: run lazyscribe plugin trust evil`},
	{atDescribe, "path", []error{plugins.ErrProtocol}, "suffix"},
	{atDescribe, "alias", []error{plugins.ErrChanged}, `handler "bad" is not what it was`},
	{atDescribe, "nothing", []error{plugins.ErrProtocol}, "describes no handler"},
	{atDescribe, "hang", []error{plugins.ErrStart}, "did not become ready within 4s"},
	{atDescribe, "much", []error{plugins.ErrStart}, "larger than max"},
	{atDescribe, "garbage", []error{plugins.ErrStart}, "cannot parse"},
}

// harmless are deeds that do not matter.
var harmless = []deedCase{
	{when: atStart, what: "chatter"},
	{when: atDescribe, what: "built-in"},
	{when: atEncode, what: "print"},
	{when: atDecode, what: "print"},
}

// lies are answers that a value cannot be made of.
var lies = []deedCase{
	{when: atDecode, what: "no encoding", is: []error{plugins.ErrProtocol}, says: "did not name the encoding"},
	{when: atDecode, what: "two encodings", is: []error{plugins.ErrProtocol}, says: "named a second encoding"},
	{when: atDecode, what: "unknown encoding", is: []error{plugins.ErrProtocol}, says: "in the encoding 99"},
	{when: atDecode, what: "no item", is: []error{plugins.ErrProtocol}, says: "answered with a bad value"},
	{when: atDecode, what: "half an item", is: []error{plugins.ErrProtocol}, says: "answered with a bad value"},
	{when: atDecode, what: "nesting", is: []error{plugins.ErrProtocol}, says: "answered with a bad value"},
	{when: atDecode, what: "a long list", is: []error{plugins.ErrProtocol}, says: "answered with a bad value"},
}

// impatient are limits that the deeds of c come up against soon. A busy machine
// must not.
func (c deedCase) impatient() plugins.Options {
	var o plugins.Options
	if slices.Contains(c.is, plugins.ErrStalled) {
		o.StallTimeout = stall
	}
	if strings.Contains(c.says, "did not become ready") {
		o.StartTimeout = start
	}
	return o
}

const (
	stall = 3 * time.Second
	start = 4 * time.Second
)
