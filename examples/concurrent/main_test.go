package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"math"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/project"
)

func TestRun(t *testing.T) {
	url := "mem://" + rand.Text() + "/project.json"
	var out bytes.Buffer
	if err := run(t.Context(), &out, url); err != nil {
		t.Fatal(err)
	}
	p, err := project.Open(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	e, err := p.Lookup("pi-by-darts")
	if err != nil {
		t.Fatal(err)
	}

	var sum float64
	for worker := range workers {
		test, ok := e.Test(fmt.Sprintf("worker %d", worker))
		if !ok {
			t.Errorf("worker %d wrote no test", worker)
			continue
		}
		var seed int
		if err := test.Parameter("seed", &seed); err != nil || seed != worker {
			t.Errorf("worker %d has seed %d, %v", worker, seed, err)
		}
		hits, _ := test.Metric("hits")
		sum += hits
	}
	pi, ok := e.Metric("pi")
	if want := 4 * sum / (workers * darts); !ok || pi != want {
		t.Errorf("pi is %v, the workers' hits make it %v", pi, want)
	}
	if math.Abs(pi-math.Pi) > 0.02 { // four standard deviations are 0.012
		t.Errorf("pi is %v", pi)
	}
	if want := fmt.Sprintf("pi is about %.2f\n", pi); out.String() != want {
		t.Errorf("the program says %q, want %q", &out, want)
	}
}
