package evil

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"os"
	"runtime"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A stream is a call as its plugin has it.
type stream struct {
	when     string
	receive  func() (data []byte, end bool, err error)
	encoding func(pluginpb.Encoding) error // nil of an Encode
	data     func([]byte) error
	end      func(*pluginpb.End) error
	failure  func(*pluginpb.Failure) error
	any      func(any) error
}

// serve answers a call. Deeds are done when some of what goes up has come, and
// some of the answer is on its way.
func serve(s *stream) error {
	what := deed(s.when)
	if _, _, err := s.receive(); err != nil { // Begin
		return err
	}
	if what == "early end" {
		return s.answer(pluginpb.Encoding_ENCODING_CBOR, []byte{0x80}) // an empty list
	}
	first, _, err := s.receive()
	if err != nil {
		return err
	}
	if what != "" {
		if known, err := s.misbehave(what); known {
			return err
		}
	}
	in := bytes.Clone(first)
	for {
		data, end, err := s.receive()
		if err != nil {
			return err
		}
		if end {
			break
		}
		in = append(in, data...)
	}
	out, err := s.work(in)
	if err != nil {
		return s.failure(&pluginpb.Failure{Code: pluginpb.Failure_CODE_BAD_FILE, Message: err.Error()})
	}
	return s.lie(what, out)
}

// misbehave does what is done in the middle of a call. It reports whether the
// deed was one of those.
func (s *stream) misbehave(what string) (known bool, err error) {
	begin := func() error {
		if s.encoding != nil {
			if err := s.encoding(pluginpb.Encoding_ENCODING_CBOR); err != nil {
				return err
			}
		}
		return s.data([]byte("half a file"))
	}
	switch what {
	case "print":
		fmt.Println("hello")
		_, err := os.NewFile(1, "stdout").WriteString(strings.Repeat("no end ", 200_000))
		return false, err
	case "panic", "panic elsewhere", "exit 0", "exit 3", "kill", "hang", "stop", "spin", "huge frame", "large frame", "garbage", "status", "failure":
		if err := begin(); err != nil {
			return true, err
		}
	default:
		return false, nil
	}
	switch what {
	case "panic":
		panic("an evil deed")
	case "panic elsewhere":
		go panic("an evil deed")
		select {}
	case "exit 0":
		os.Exit(0)
	case "exit 3":
		os.Exit(3)
	case "kill":
		killSelf()
	case "hang":
		select {}
	case "stop":
		stopSelf()
	case "spin":
		for runtime.NumGoroutine() > 0 { // as ever
		}
	case "huge frame":
		err = s.data(make([]byte, 3<<20))
	case "large frame":
		err = s.data(make([]byte, wire.MaxData+1))
	case "garbage":
		err = s.any(garbage())
	case "status":
		err = status.Error(codes.DataLoss, "an evil deed")
	case "failure":
		err = s.failure(&pluginpb.Failure{})
	}
	return true, err
}

// lie answers when all has come.
func (s *stream) lie(what string, out []byte) error {
	e := pluginpb.Encoding_ENCODING_CBOR
	end := &pluginpb.End{Bytes: uint64(len(out)), Crc32: new(crc32.ChecksumIEEE(out))}
	switch what {
	case "count":
		end.Bytes++
	case "checksum":
		*end.Crc32++
	case "no end":
		end = nil
	case "unknown encoding":
		e = 99
	case "no encoding":
		e = 0
	case "no item":
		return s.answer(e, []byte("\xff"))
	case "half an item":
		return s.answer(e, out[:len(out)/2])
	case "nesting":
		return s.answer(e, bytes.Repeat([]byte{0x81}, 1000))
	case "a long list": // of 2^32-1 items, of which none come
		return s.answer(e, []byte("\x9a\xff\xff\xff\xff"))
	case "two encodings":
		if err := s.encoding(e); err != nil {
			return err
		}
	}
	if err := s.send(e, out); err != nil || end == nil {
		return err
	}
	if err := s.end(end); err != nil {
		return err
	}
	if what == "goes on" {
		return s.data([]byte("more"))
	}
	return nil
}

// answer sends an answer that is as the protocol wants it.
func (s *stream) answer(e pluginpb.Encoding, out []byte) error {
	if err := s.send(e, out); err != nil {
		return err
	}
	return s.end(&pluginpb.End{Bytes: uint64(len(out)), Crc32: new(crc32.ChecksumIEEE(out))})
}

func (s *stream) send(e pluginpb.Encoding, out []byte) error {
	if s.encoding != nil && e != 0 {
		if err := s.encoding(e); err != nil {
			return err
		}
	}
	for len(out) > 0 {
		n := min(len(out), wire.MaxData)
		if err := s.data(out[:n]); err != nil {
			return err
		}
		out = out[n:]
	}
	return nil
}
