package parquet

import (
	"errors"
	"math"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// A budget bounds what decoding a file takes. It is the allocator of arrow-go,
// whose interface has no errors, so running out is a panic that file.guard
// turns into one. What is made of Go's own memory is taken from it by estimate.
// It is for one goroutine.
type budget struct {
	used, max int64
	spent     bool
}

var errBudget = errors.New("memory for decoding is used up")

// The usual limit: slack for small files, and a factor far above that of sound
// compression.
const (
	budgetSlack  = 256 << 20
	budgetFactor = 64
)

func newBudget(limit, fileSize int64) *budget {
	switch {
	case limit > 0:
	case fileSize > (math.MaxInt64-budgetSlack)/budgetFactor:
		limit = math.MaxInt64
	default:
		limit = budgetSlack + budgetFactor*fileSize
	}
	return &budget{max: limit}
}

func (b *budget) take(n int64) {
	if n < 0 || n > b.max-b.used {
		b.spent = true
		panic(errBudget)
	}
	b.used += n
}

func (b *budget) Allocate(size int) []byte {
	b.take(int64(size))
	return memory.DefaultAllocator.Allocate(size)
}

func (b *budget) Reallocate(size int, buf []byte) []byte {
	if grown := int64(size) - int64(len(buf)); grown > 0 {
		b.take(grown)
	} else {
		b.used += grown
	}
	return memory.DefaultAllocator.Reallocate(size, buf)
}

func (b *budget) Free(buf []byte) { b.used -= int64(len(buf)) }
