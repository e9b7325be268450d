package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// Accuracy and log loss on the validation flowers, as a numpy implementation of
// both methods computes them from the same division.
var wantMetrics = map[string][2]float64{
	"knn k=1":                   {1.0000, 0.6931},
	"knn k=5":                   {1.0000, 0.3329},
	"knn k=15":                  {1.0000, 0.2716},
	"knn k=45":                  {0.7667, 0.5702},
	"softmax rate=0.1 l2=0":     {0.9667, 0.2089},
	"softmax rate=0.1 l2=0.001": {0.9667, 0.2111},
	"softmax rate=0.1 l2=0.1":   {0.8667, 0.3725},
	"softmax rate=1 l2=0":       {1.0000, 0.0526},
	"softmax rate=1 l2=0.001":   {1.0000, 0.0633},
	"softmax rate=1 l2=0.1":     {0.8667, 0.3699},
}

func TestQuickstart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	var first, second bytes.Buffer
	if err := quickstart(t.Context(), &first, dir); err != nil {
		t.Fatal(err)
	}
	if err := quickstart(t.Context(), &second, dir); err != nil {
		t.Fatal("second run: ", err)
	}
	for out, total := range map[string]int{first.String(): 10, second.String(): 20} {
		for _, want := range []string{
			"150 flowers: 90 to learn from, 30 to choose the best run by, 30 held out",
			fmt.Sprintf("which has %d experiments now", total),
			"knn-k-1 is knn-k-1-2",
			"the best is softmax-rate-1-l2-0-2",
			"has 28 of 30 right",
			"virginica                    0           0         10",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("the output lacks %q:\n%s", want, out)
			}
		}
	}

	p, err := project.Open(t.Context(), filepath.Join(dir, "project.json"), &project.Options{Mode: project.ReadOnly})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if problems := p.Problems(); p.Len() != 20 || len(problems) > 0 {
		t.Errorf("the project has %d experiments, problems %v", p.Len(), problems)
	}
	times := map[string]int{}
	for e := range p.All() {
		times[e.Name()]++
		accuracy, _ := e.Metric("accuracy")
		loss, _ := e.Metric("log_loss")
		if diff := cmp.Diff(wantMetrics[e.Name()], [2]float64{accuracy, loss}, cmpopts.EquateApprox(0, 0.0005)); diff != "" {
			t.Errorf("%s: accuracy and log loss (-numpy +got):\n%s", e.Name(), diff)
		}
	}
	for name := range wantMetrics {
		if times[name] != 2 {
			t.Errorf("%d runs of %s, want 2", times[name], name)
		}
	}
}

func TestRecordOfARegression(t *testing.T) {
	dir := t.TempDir()
	if err := quickstart(t.Context(), new(bytes.Buffer), dir); err != nil {
		t.Fatal(err)
	}
	p, err := project.Open(t.Context(), filepath.Join(dir, "project.json"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	e, err := p.Lookup("softmax-rate-0-1-l2-0-001")
	if err != nil {
		t.Fatal(err)
	}
	var settings SoftmaxSettings
	if err := e.Parameter("model", &settings); err != nil || settings != (SoftmaxSettings{Rate: 0.1, L2: 0.001, Epochs: 300}) {
		t.Errorf("parameter model is %+v, %v", settings, err)
	}
	if diff := cmp.Diff([]string{"iris", "softmax"}, e.Tags()); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}

	var loss []float64
	if v, ok := e.MetricValue("loss"); !ok || v.Decode(&loss) != nil || len(loss) != settings.Epochs {
		t.Fatalf("%d losses, want %d", len(loss), settings.Epochs)
	}
	// With all weights 0, each of three species has a probability of a third.
	if want := math.Log(3); math.Abs(loss[0]-want) > 1e-12 {
		t.Errorf("the first loss is %v, want %v", loss[0], want)
	}
	for i := 1; i < len(loss); i++ {
		if loss[i] >= loss[i-1] {
			t.Fatalf("the loss does not fall in epoch %d: %v", i, loss[i-1:i+1])
		}
	}

	early, err := artifacts.Load[Model](t.Context(), e, "early model", nil)
	if err != nil {
		t.Fatal(err)
	}
	final, err := artifacts.Load[Model](t.Context(), e, "model", nil)
	if err != nil {
		t.Fatal(err)
	}
	if cmp.Equal(early, final) {
		t.Error("the early model is the final one: LogOptions.Now had no effect")
	}

	var confusion Confusion
	if err := e.LoadArtifact(t.Context(), "confusion", &confusion, nil); err != nil {
		t.Fatal(err)
	}
	for class, name := range species {
		test, ok := e.Test(name)
		if !ok {
			t.Fatalf("no test %q", name)
		}
		support, _ := test.MetricValue("support")
		if n, ok := support.Int64(); !ok || n != 10 || confusion.actual(class) != 10 {
			t.Errorf("support of %s is %v, the confusion matrix has %d", name, support, confusion.actual(class))
		}
	}
}

// The manifest is plain JSON that anything can read.
func TestManifest(t *testing.T) {
	dir := t.TempDir()
	if err := quickstart(t.Context(), new(bytes.Buffer), dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "project.json"))
	if err != nil {
		t.Fatal(err)
	}
	var records []struct {
		Slug      string
		Artifacts []struct{ Name, Fname, Handler string }
	}
	if err := json.Unmarshal(text, &records); err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, r := range records {
		for _, a := range r.Artifacts {
			files++
			if _, err := os.Stat(filepath.Join(dir, r.Slug, a.Fname)); err != nil {
				t.Error(err)
			}
		}
	}
	if want := 4*3 + 6*4; files != want {
		t.Errorf("%d artifacts, want %d", files, want)
	}
}

func TestFlowers(t *testing.T) {
	flowers, err := readFlowers()
	if err != nil {
		t.Fatal(err)
	}
	scale := fitScale(flowers)
	// From the article; UCI's copy has a mean sepal width of 3.054.
	want := Measures{5.8433, 3.0573, 3.758, 1.1993}
	if diff := cmp.Diff(want, scale.Mean, cmpopts.EquateApprox(0, 0.00005)); diff != "" {
		t.Errorf("means (-article +got):\n%s", diff)
	}
	data := Split{Seed: 1, Train: 0.6, Validation: 0.2}.divide(flowers)
	count := func(flowers []Flower) (n [3]int) {
		for _, f := range flowers {
			n[f.Species]++
		}
		return n
	}
	got := [][3]int{count(data.train), count(data.validation), count(data.heldOut)}
	if diff := cmp.Diff([][3]int{{30, 30, 30}, {10, 10, 10}, {10, 10, 10}}, got); diff != "" {
		t.Errorf("flowers of each species in each part (-want +got):\n%s", diff)
	}
}
