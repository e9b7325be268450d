package preview

import (
	"context"
	"io"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

// array is an npy file, whose numbers are all looked at for the range.
func array(ctx context.Context, r io.Reader, _ Options) (*Preview, error) {
	sum, err := npy.Inspect(ctx, r, maxNumbers)
	if err != nil {
		return nil, err
	}
	p := &Preview{Facts: headerFacts(sum.Header)}
	if sum.Unread != nil {
		p.Unread = sum.Unread.Error()
		return p, nil
	}
	first, err := Plain(sum.First, maxNumbers+1)
	p.Facts = append(append(p.Facts, rangeFacts(sum)...), Fact{"first", first})
	return p, err
}

func headerFacts(h npy.Header) []Fact {
	shape := make([]any, len(h.Shape))
	for i, n := range h.Shape {
		shape[i] = int64(n)
	}
	order := "C"
	if h.Fortran {
		order = "F"
	}
	return []Fact{{"dtype", h.DType}, {"shape", shape}, {"order", order}}
}

// rangeFacts are about the numbers: nil where they have no order, or are not read.
func rangeFacts(sum npy.Summary) []Fact {
	if sum.Unread != nil {
		return []Fact{{"min", nil}, {"max", nil}, {"nan", nil}}
	}
	return []Fact{{"min", sum.Min}, {"max", sum.Max}, {"nan", int64(sum.NaN)}}
}

// arrays is an npz file, all of whose numbers are looked at too.
func arrays(ctx context.Context, r io.Reader, _ Options) (*Preview, error) {
	members, err := npz.Inspect(ctx, r, 0)
	if err != nil {
		return nil, err
	}
	p := &Preview{List: "arrays", Facts: []Fact{{"count", int64(len(members))}}}
	for _, m := range members {
		if len(p.Members) == maxMembers {
			p.More = len(members) - maxMembers
			break
		}
		p.Members = append(p.Members, slices.Concat(Member{{"name", m.Name}}, headerFacts(m.Header), rangeFacts(m.Summary)))
	}
	return p, nil
}
