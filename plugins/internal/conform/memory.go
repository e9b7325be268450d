package conform

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// How much is streamed, and by how much a process may grow. Rows are worth many
// times their bytes once they are values, so fewer of them show the same.
const (
	streamedBytes = 160 << 20
	streamedRows  = 8 << 20
	mayGrow       = 96 << 20
)

func checkMemory(ctx context.Context, s *suite) error {
	if runtime.GOOS != "linux" {
		return skip("memory is measured on Linux only")
	}
	streamed := 0
	err := s.firstSamples(func(v sample) error {
		size := streamedRows
		switch v.encoding {
		case pluginpb.Encoding_ENCODING_RAW:
			size = streamedBytes
		case pluginpb.Encoding_ENCODING_CBOR_SEQ:
		default:
			return nil
		}
		if len(v.data) == 0 {
			return nil
		}
		streamed++
		return s.with(ctx, nil, func(p *instance) error { return unlessRefused(s.grows(ctx, p, v, size)) })
	})
	if err == nil && streamed == 0 {
		return skip("no sample is streamed")
	}
	return err
}

// grows streams a sample, made that large, through a new process and looks at
// its memory.
func (s *suite) grows(ctx context.Context, p *instance, v sample, size int) error {
	if err := s.use(ctx, p); err != nil {
		return err
	}
	before, err := peak(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp("", "lsp")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	var written error
	begin := v.begin()
	begin.SizeHint = 0 // not known
	a, err := p.transfer(ctx, encoding, begin, v.repeated(size), func(data []byte) {
		if written == nil {
			_, written = file.Write(data)
		}
	})
	if failed := errors.Join(outcome(a, err), written); failed != nil {
		return failed
	}
	if !s.handler(v.alias).GetOutputOnly() {
		begin = &pluginpb.Begin{Alias: v.alias, Settings: v.settings}
		a, err = p.transfer(ctx, decoding, begin, contents(file), func([]byte) {})
		if failed := outcome(a, err); failed != nil {
			return fmt.Errorf("decode: %w", failed)
		}
	}
	after, err := peak(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	if after-before > mayGrow {
		return fmt.Errorf("memory grew by %d MiB while %d MiB were streamed, want at most %d", (after-before)>>20, size>>20, mayGrow>>20)
	}
	return nil
}

func outcome(a *answer, err error) error {
	if err != nil {
		return err
	}
	return a.succeeded()
}

// repeated sends a sample's bytes again and again.
func (s sample) repeated(size int) source {
	return func(send func(frame) error) error {
		block := s.data
		for len(block) < wire.MaxData/4 {
			block = append(block[:len(block):len(block)], block...)
		}
		sum := crc32.NewIEEE()
		sent := 0
		for sent < size {
			for part := block; len(part) > 0; {
				n := min(len(part), wire.MaxData)
				if err := send(frame{data: part[:n]}); err != nil {
					return err
				}
				part = part[n:]
			}
			sum.Write(block)
			sent += len(block)
		}
		return send(frame{end: &pluginpb.End{Bytes: uint64(sent), Crc32: new(sum.Sum32())}})
	}
}

// contents sends a file from its beginning.
func contents(file *os.File) source {
	return func(send func(frame) error) error {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		sum := crc32.NewIEEE()
		sent := 0
		for {
			block := make([]byte, wire.MaxData/4)
			n, err := file.Read(block)
			if err == io.EOF {
				return send(frame{end: &pluginpb.End{Bytes: uint64(sent), Crc32: new(sum.Sum32())}})
			}
			if err == nil {
				err = send(frame{data: block[:n]})
			}
			if err != nil {
				return err
			}
			sum.Write(block[:n])
			sent += n
		}
	}
}

// peak is the most memory a process had so far, in bytes.
func peak(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return n << 10, err
		}
	}
	return 0, errors.New("the kernel does not tell how much memory a process has")
}
