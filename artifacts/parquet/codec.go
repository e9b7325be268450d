package parquet

import (
	"fmt"

	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// arrow-go allocates what the header of a snappy block says before it reads the
// block, and lets zstd write on past the size the page was said to have: a few
// bytes could so ask for gigabytes. Its other codecs stop at the size given. The
// two are replaced by ones that stop as well, and do the same otherwise.
func init() {
	replace(compress.Codecs.Snappy, decodeSnappy)
	replace(compress.Codecs.Zstd, decodeZstd)
}

func replace(c compress.Compression, decode func(dst, src []byte) ([]byte, error)) {
	codec, err := compress.GetCodec(c)
	if err != nil {
		panic(err) // arrow-go has it since there is an arrow-go
	}
	original, streams := codec.(streamingCodec)
	if !streams {
		panic(fmt.Sprintf("codec %v has no streams", c))
	}
	compress.RegisterCodec(c, boundedCodec{original, decode})
}

type streamingCodec interface {
	compress.Codec
	compress.StreamingCodec
}

// A boundedCodec writes no further than the destination, unless that is nil.
type boundedCodec struct {
	streamingCodec
	decode func(dst, src []byte) ([]byte, error)
}

func (c boundedCodec) Decode(dst, src []byte) []byte {
	out, err := c.DecodeWithError(dst, src)
	if err != nil {
		panic(err) // which this method is documented to do
	}
	return out
}

func (c boundedCodec) DecodeWithError(dst, src []byte) ([]byte, error) {
	if dst == nil {
		return compress.Decode(c.streamingCodec, nil, src)
	}
	return c.decode(dst, src)
}

func decodeSnappy(dst, src []byte) ([]byte, error) {
	n, err := snappy.DecodedLen(src)
	if err != nil {
		return nil, err
	}
	if n > len(dst) {
		return nil, fmt.Errorf("snappy block of %d bytes in a page of %d", n, len(dst))
	}
	return snappy.Decode(dst, src)
}

// boundedZstd decodes into the capacity of its destination and not beyond.
var boundedZstd = func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		panic(err) // the options are constant
	}
	return d
}()

func decodeZstd(dst, src []byte) ([]byte, error) {
	return boundedZstd.DecodeAll(src, dst[:0:len(dst)])
}
