package wire

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Major types of CBOR, RFC 8949 section 3.1.
const (
	majorUint = iota
	majorNegative
	majorBytes
	majorText
	majorArray
	majorMap
	majorTag
	majorSimple
)

// unbounded stands for the count of a container of indefinite length.
const unbounded = ^uint64(0)

// A scanner follows the structure of one item by its heads, in one pass and
// without recursion: where the item ends, and whether it is of the profile. What
// texts and numbers say is not its concern.
type scanner struct {
	open    [MaxNesting]container
	depth   int
	anyKeys bool // a map has a key that is no text
}

// A container is an array, map, tag, or string in chunks, whose content has
// begun.
type container struct {
	major byte
	left  uint64 // items to come, or unbounded
	value bool   // of a map: the next item is a value and not a key
}

// A head is what an item begins with.
type head struct {
	major byte
	info  byte   // the low five bits
	arg   uint64 // number, length, count or tag
}

// headSize returns how many bytes a head that begins with b has, 0 if b begins
// none.
func headSize(b byte) int {
	switch info := b & 31; {
	case info < 24:
		return 1
	case info < 28:
		return 1 + 1<<(info-24)
	case info == 31:
		return 1
	}
	return 0
}

// parseHead reads a head whose size is known to be len(b).
func parseHead(b []byte) head {
	h := head{major: b[0] >> 5, info: b[0] & 31}
	switch len(b) {
	case 1:
		h.arg = uint64(h.info)
	case 2:
		h.arg = uint64(b[1])
	case 3:
		h.arg = uint64(binary.BigEndian.Uint16(b[1:]))
	case 5:
		h.arg = uint64(binary.BigEndian.Uint32(b[1:]))
	case 9:
		h.arg = binary.BigEndian.Uint64(b[1:])
	}
	if h.info == 31 {
		h.arg = unbounded
	}
	return h
}

// next takes the next head. It returns how many bytes belong to it that are not
// heads, and whether the item is complete after those.
func (s *scanner) next(h head) (payload uint64, done bool, err error) {
	indefinite := h.info == 31
	if h.major == majorSimple && indefinite {
		err := s.leave()
		return 0, s.depth == 0, err
	}
	if err := s.place(h); err != nil {
		return 0, false, err
	}
	count := h.arg
	switch h.major {
	case majorUint, majorNegative:
		if indefinite {
			return 0, false, errHead
		}
		count = 0
	case majorBytes, majorText:
		if !indefinite {
			payload, count = h.arg, 0
		}
	case majorMap:
		if !indefinite && count > unbounded/4 {
			return 0, false, errors.New("a map has more entries than there can be")
		}
		if !indefinite {
			count *= 2
		}
	case majorTag:
		if indefinite {
			return 0, false, errHead
		}
		if h.arg > 3 {
			return 0, false, fmt.Errorf("tag %d is not one of times (0, 1) and large integers (2, 3)", h.arg)
		}
		count = 1
	case majorSimple:
		if err := checkSimple(h); err != nil {
			return 0, false, err
		}
		count = 0
	}
	if count == 0 {
		s.close()
		return payload, s.depth == 0, nil
	}
	if s.depth == MaxNesting {
		return 0, false, errDepth
	}
	s.open[s.depth] = container{major: h.major, left: count}
	s.depth++
	return 0, false, nil
}

var (
	errHead  = errors.New("not CBOR: a byte that begins no item")
	errDepth = fmt.Errorf("nested more than %d levels deep", MaxNesting)
	errShort = errors.New("not CBOR: ends in the middle of an item")
)

// place checks whether an item may begin where it does.
func (s *scanner) place(h head) error {
	if s.depth == 0 {
		return nil
	}
	c := &s.open[s.depth-1]
	switch {
	case c.major == majorMap && !c.value && h.major != majorText:
		s.anyKeys = true
	case (c.major == majorBytes || c.major == majorText) && (h.major != c.major || h.info == 31):
		return errors.New("not CBOR: a string in chunks holds something else")
	}
	return nil
}

// leave ends a container of indefinite length.
func (s *scanner) leave() error {
	if s.depth == 0 {
		return errHead
	}
	if c := s.open[s.depth-1]; c.left != unbounded || c.value {
		return errors.New("not CBOR: an end where none can be")
	}
	s.depth--
	s.close()
	return nil
}

// close counts an item that is complete, and the containers that it completes.
func (s *scanner) close() {
	for s.depth > 0 {
		c := &s.open[s.depth-1]
		c.value = c.major == majorMap && !c.value
		if c.left == unbounded {
			return
		}
		if c.left--; c.left > 0 {
			return
		}
		s.depth--
	}
}

// checkSimple refuses the values that have no meaning in the profile.
func checkSimple(h head) error {
	switch {
	case h.info >= 20 && h.info <= 23: // false, true, null, undefined
	case h.info >= 25 && h.info <= 27: // floats
	default:
		return fmt.Errorf("simple value %d has no meaning", h.arg)
	}
	return nil
}

// scan checks that data is one item of the profile and nothing else. It reports
// whether a map in it has other keys than text.
func scan(data []byte) (anyKeys bool, err error) {
	var s scanner
	for rest := data; len(rest) > 0; {
		n := headSize(rest[0])
		if n == 0 {
			return false, corrupt(errHead, len(data)-len(rest))
		}
		if n > len(rest) {
			return false, corrupt(errShort, len(data))
		}
		payload, done, err := s.next(parseHead(rest[:n]))
		if err != nil {
			return false, corrupt(err, len(data)-len(rest))
		}
		rest = rest[n:]
		if payload > uint64(len(rest)) {
			return false, corrupt(errShort, len(data))
		}
		rest = rest[payload:]
		if done {
			if len(rest) > 0 {
				return false, corrupt(errors.New("more than one item"), len(data)-len(rest))
			}
			return s.anyKeys, nil
		}
	}
	return false, corrupt(errShort, len(data))
}

func corrupt(err error, offset int) error {
	return &Error{Kind: artifacts.ErrCorrupt, Reason: fmt.Sprintf("%v (byte %d)", err, offset), Cause: err}
}
