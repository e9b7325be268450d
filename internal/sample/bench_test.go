package sample_test

import (
	"encoding/json"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/sample"
)

// The encoders that were tried for the limit of folder bench: the first is the
// one that is used there. The others are not given all the work: encoding/json
// encodes a Run, which has fewer keys than its record.

func BenchmarkEncodeByShape(b *testing.B) {
	runs := sample.Runs(0, 1_000)
	var dst []byte
	for b.Loop() {
		dst = sample.AppendManifest(dst[:0], runs, false)
	}
	b.SetBytes(int64(len(dst)))
}

func BenchmarkEncodeTree(b *testing.B) {
	tree, err := pyjson.Parse(sample.AppendManifest(nil, sample.Runs(0, 1_000), false))
	if err != nil {
		b.Fatal(err)
	}
	var dst []byte
	for b.Loop() {
		if dst, err = pyjson.Append(dst[:0], tree, &pyjson.Format{Indent: "    ", SortKeys: true}); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(dst)))
}

func BenchmarkEncodeStd(b *testing.B) {
	runs := sample.Runs(0, 1_000)
	var dst []byte
	for b.Loop() {
		var err error
		if dst, err = json.MarshalIndent(runs, "", "    "); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(dst)))
}
