package interop

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/project"
)

// unmodelled are the fields a model knows nothing of.
var unmodelled = cmp.Options{
	cmpopts.IgnoreFields(record{}, "Slug", "ShortSlug", "CreatedAt", "LastUpdated"),
	cmpopts.IgnoreFields(artifact{}, "FileName", "CreatedAt", "Recorded"),
}

// bothSee fails unless both languages read the same of a project, and that is
// what the model has. It returns what they read.
func bothSee(t *testing.T, dir string, want model) []record {
	t.Helper()
	inGo, inPython := describe(t, dir), describeInPython(t, dir)
	if diff := cmp.Diff(inPython, inGo); diff != "" {
		t.Errorf("what is read (-Python +Go):\n%s", diff)
	}
	if diff := cmp.Diff([]record(want), inGo, unmodelled); diff != "" {
		t.Errorf("what was written is not what is read (-want +got):\n%s", diff)
	}
	return inGo
}

// TestTurns lets the two languages work on one project in turns. Each turn adds
// experiments and changes those the other side made.
func TestTurns(t *testing.T) {
	needPython(t)
	const turns, changes = 10, 25
	random := rand.New(rand.NewPCG(20, 25))
	dir := t.TempDir()
	var want model
	for turn := range turns {
		batch := make([]change, 0, changes)
		next := func(c change, author string) {
			want.apply(c, author, map[string]string{goAuthor: "from Go", pythonAuthor: "from Python"}[author])
			batch = append(batch, c)
		}
		author := goAuthor
		if turn%2 == 1 {
			author = pythonAuthor
		}
		next(change{Do: "log", On: fmt.Sprintf("turn%d", turn)}, author)
		for range changes {
			next(randomChange(random, want), author)
		}
		if author == goAuthor {
			changeInGo(t, dir, project.ReadWrite, batch)
		} else {
			changeInPython(t, dir, "w+", batch)
		}

		// Both append too, in the mode that cannot change what is there.
		added := change{Do: "log", On: fmt.Sprintf("added%d", turn)}
		if turn%2 == 0 {
			want.apply(added, pythonAuthor, "")
			changeInPython(t, dir, "a", []change{added})
		} else {
			want.apply(added, goAuthor, "")
			changeInGo(t, dir, project.Append, []change{added})
		}
		if bothSee(t, dir, want); t.Failed() {
			t.Fatalf("after turn %d of %s", turn, author)
		}
	}

	tests, files := 0, 0
	for _, r := range want {
		tests, files = tests+len(r.Tests), files+len(r.Artifacts)
		for _, part := range r.Tests {
			files += len(part.Artifacts)
		}
	}
	t.Logf("%d experiments, %d tests, %d artifacts", len(want), tests, files)
	if len(want) != 2*turns || tests < 10 || files < 20 {
		t.Error("the changes do not do enough")
	}
}

func randomChange(random *rand.Rand, m model) change {
	c := change{
		Do: pick(random, "metric", "parameter", "artifact", "tag"),
		On: m[random.IntN(len(m))].Name, Name: pick(random, "a", "b", "größe", "x y", "'"),
	}
	if c.Do != "tag" && random.IntN(3) == 0 {
		c.Test = pick(random, "first", "second")
	}
	switch c.Do {
	case "metric":
		c.Value = randomNumber(random)
		if random.IntN(4) == 0 {
			c.Value = []any{randomNumber(random), randomNumber(random)}
		}
	case "parameter":
		c.Value = randomValue(random, 3)
	case "artifact":
		switch c.Handler = pick(random, "json", "text", "gob"); c.Handler {
		case "json":
			c.Value = randomValue(random, 3)
			if c.Value == nil { // no value at all, to Python
				c.Value = []any{}
			}
		case "text":
			c.Value = pick(random, randomTexts...)
		case "gob":
			c.Value = data([]byte(pick(random, randomTexts...)))
		}
	}
	return c
}

func pick[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }

var randomTexts = []string{"", "plain", "grün\r\n", "漢字", "😀\x00", "\u2028</script>&", "a\"b\\c"}

func randomNumber(random *rand.Rand) any {
	switch random.IntN(3) {
	case 0:
		return integer(pick(random, "0", "-1", "9223372036854775807", "-9223372036854775809", "123456789012345678901234567890"))
	case 1:
		return float(pick(random, 0, math.Copysign(0, -1), 1, 1e16, 1e-7, 0.1, math.Inf(1), math.Inf(-1), math.NaN(),
			math.MaxFloat64, math.SmallestNonzeroFloat64))
	}
	for {
		if x := math.Float64frombits(random.Uint64()); !math.IsNaN(x) {
			return float(x)
		}
	}
}

func randomValue(random *rand.Rand, depth int) any {
	switch n := random.IntN(8); {
	case n == 0 && depth > 0:
		list := []any{}
		for range random.IntN(4) {
			list = append(list, randomValue(random, depth-1))
		}
		return list
	case n <= 2 && depth > 0:
		d := map[string]any{}
		for range random.IntN(4) {
			d[pick(random, randomTexts...)] = randomValue(random, depth-1)
		}
		return dict(d)
	case n <= 4:
		return randomNumber(random)
	case n == 5:
		return pick[any](random, true, false, nil)
	}
	return pick(random, randomTexts...)
}
