// Command bench compares this library with Python lazyscribe, with MLflow and with
// what the machine can do at best, on the same work, in one run:
//
//	go run ./bench
//	go run ./bench -o bench/RESULTS.md -raw bench/results.csv
//
// The peers are installed into a virtual environment; what cannot be had is left
// out, and said. For each row of its tables all take turns, after a warm-up, and
// the medians are compared: ratios within one run are worth something on a machine
// that also does other things, times are not. The limit is plain Go (or a system
// tool) that does no more than the work cannot do without, such as reading the
// file and looking at each byte once.
//
// RESULTS.md keeps a run and says how to read it.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/pprof"
	"strings"
)

func main() {
	if err := childMain(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o := options{log: os.Stderr}
	flag.BoolVar(&o.quick, "quick", false, "tenth of the sizes, for a look in a minute or two")
	flag.BoolVar(&o.full, "full", false, "let Python do 100,000 experiments too, and arrays have 1 GiB: a quarter of an hour")
	flag.StringVar(&o.rows, "rows", "", "only rows whose key contains one of these, separated by commas")
	flag.IntVar(&o.rounds, "rounds", 7, "measurements per row, of which the median counts")
	flag.StringVar(&o.python, "python", os.Getenv("LAZYSCRIBE_PYTHON"), "Python interpreter that has lazyscribe 2.2.1 and whatever else is to be compared; default $LAZYSCRIBE_PYTHON, else that of -venv")
	flag.StringVar(&o.venv, "venv", ".venv-bench", "virtual environment with the peers, made and filled if no interpreter is named; empty: without them")
	flag.StringVar(&o.dir, "dir", "", "folder for scratch files, on the disk to be measured; default a temporary one")
	flag.StringVar(&o.bucket, "bucket", "", "measure commits and large artifacts in a bucket of S3 too: a URL like s3://name?region=..., where nothing is deleted afterwards")
	flag.BoolVar(&o.growth, "growth", false, "measure how this library's work grows from 100 to 1,000,000 experiments instead, as CSV: half an hour and 16 GB of disk")
	out := flag.String("o", "", "replace the tables in this file of Markdown too, or with -growth write the CSV there")
	raw := flag.String("raw", "", "write each single value to this file, as CSV")
	profile := flag.String("cpuprofile", "", "write a profile of the processor's time to this file")
	allocs := flag.String("memprofile", "", "write a profile of the memory that was allocated to this file")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "bench: unexpected arguments: %s\n", strings.Join(flag.Args(), " "))
		os.Exit(2)
	}
	stopProfile, err := startProfile(*profile)
	if err == nil {
		err = errors.Join(measureAll(ctx, &o, *out, *raw), stopProfile(), writeAllocs(*allocs))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measureAll runs what was asked for. file and raw may be empty.
func measureAll(ctx context.Context, o *options, file, raw string) (err error) {
	if o.growth {
		return toFile(file, func(w io.Writer) error { return growth(ctx, io.MultiWriter(os.Stdout, w), o, growthSizes) })
	}
	return toFile(raw, func(w io.Writer) error {
		p := &report{out: os.Stdout, file: file, raw: csv.NewWriter(w)}
		if err := p.raw.Write(rawHead); err != nil {
			return err
		}
		return run(ctx, o, p.add)
	})
}

// toFile lets do write a file, or to nowhere if its name is empty.
func toFile(name string, do func(io.Writer) error) error {
	if name == "" {
		return do(io.Discard)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(do(f), f.Close())
}

// startProfile starts a profile unless its name is empty, and returns what ends
// it.
func startProfile(file string) (stop func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// writeAllocs writes a profile of what was allocated, unless its name is empty.
func writeAllocs(file string) error {
	if file == "" {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}
