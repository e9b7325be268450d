package conform

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// input passes on what comes up to its End.
func (p *broken) input(receive func() (frame, error), take func([]byte) error) error {
	size, sum := uint64(0), crc32.NewIEEE()
	for {
		f, err := receive()
		switch {
		case err == io.EOF && p.mistake == "W2 accepted":
			return nil
		case err == io.EOF:
			return refused(pluginpb.Failure_CODE_CANCELED)
		case err != nil && p.mistake == "C2 dies":
			os.Exit(1)
		case err != nil:
			return err
		case f.end != nil:
			if f.end.GetBytes() != size && p.mistake != "W3 count" || f.end.GetCrc32() != sum.Sum32() && p.mistake != "W3 checksum" {
				return refused(pluginpb.Failure_CODE_INTERNAL)
			}
			return nil
		}
		size += uint64(len(f.data))
		sum.Write(f.data)
		if err := take(f.data); err != nil {
			return err
		}
	}
}

// item handles a value of the handler "item".
func (p *broken) item(decode bool, data []byte, out *output) error {
	var value any
	if err := wire.Unmarshal(data, &value); err != nil {
		switch {
		case p.mistake == "R2 dies" && decode:
			os.Exit(1)
		case p.mistake == "R2 internal" && decode, p.mistake == "W4 internal" && !decode:
			return refused(pluginpb.Failure_CODE_INTERNAL)
		case p.mistake == "W4 accepted" && !decode:
		case decode:
			return refused(pluginpb.Failure_CODE_BAD_FILE)
		default:
			return refused(pluginpb.Failure_CODE_BAD_VALUE)
		}
	}
	switch p.mistake {
	case "W1 differs":
		data, _ = wire.Marshal([]any{value, p.count.Load()})
	case "R1 wraps":
		data, _ = wire.Marshal([]any{value})
	case "V1 texts":
		if n, ok := value.(int64); ok && decode {
			data, _ = wire.Marshal(fmt.Sprint(n))
		}
	case "V1 internal":
		if _, ok := value.(float64); ok && !decode {
			return refused(pluginpb.Failure_CODE_INTERNAL)
		}
	case "S1 prints":
		fmt.Println("printed")
	case "F1 leaves":
		if f, err := os.CreateTemp("", "left"); err == nil {
			f.Close()
		}
	}
	err := out.begin(decode, pluginpb.Encoding_ENCODING_CBOR)
	return errors.Join(err, out.write(data), out.end())
}

// output is what goes down.
type output struct {
	p    *broken
	send func(frame) error
	size uint64
	sum  uint32
}

func (o *output) begin(decode bool, e pluginpb.Encoding) error {
	if !decode {
		return nil
	}
	return o.send(frame{encoding: e})
}

func (o *output) write(data []byte) error {
	longest := wire.MaxData
	if o.p.mistake == "W8 frames" {
		longest++
	}
	for len(data) > 0 {
		part := data[:min(len(data), longest)]
		o.size += uint64(len(part))
		o.sum = crc32.Update(o.sum, crc32.IEEETable, part)
		if err := o.send(frame{data: part}); err != nil {
			return err
		}
		data = data[len(part):]
	}
	return nil
}

func (o *output) end() error {
	if o.p.mistake == "W1 no end" {
		return nil
	}
	switch o.p.mistake {
	case "W1 count":
		o.size++
	case "W1 checksum":
		o.sum++
	}
	err := o.send(frame{end: &pluginpb.End{Bytes: o.size, Crc32: &o.sum}})
	if o.p.mistake == "W1 goes on" {
		err = errors.Join(err, o.send(frame{data: []byte("more")}))
	}
	return err
}
