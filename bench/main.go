// Command bench compares this library with Python lazyscribe and with what the
// machine can do at best, on the same work, in one run:
//
//	go run ./bench -python /path/to/python
//
// For each row of its table the three take turns, after a warm-up, and the
// medians are compared: ratios within one run are worth something on a machine
// that also does other things, times are not. The limit is plain Go (or a system
// tool) that does no more than the work cannot do without, such as reading the
// file and looking at each byte once.
//
// RESULTS.md keeps a run and says how to read it.
package main

import (
	"context"
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
	flag.StringVar(&o.python, "python", os.Getenv("LAZYSCRIBE_PYTHON"), "Python interpreter that has lazyscribe 2.2.1; default $LAZYSCRIBE_PYTHON")
	flag.StringVar(&o.dir, "dir", "", "folder for scratch files, on the disk to be measured; default a temporary one")
	flag.StringVar(&o.bucket, "bucket", "", "measure commits in a bucket of S3 too: a URL like s3://name?region=..., where nothing is deleted afterwards")
	flag.BoolVar(&o.growth, "growth", false, "measure how this library's work grows from 100 to 1,000,000 experiments instead, as CSV: half an hour and 16 GB of disk")
	out := flag.String("o", "", "write the table to this file too")
	profile := flag.String("cpuprofile", "", "write a profile of the processor's time to this file")
	allocs := flag.String("memprofile", "", "write a profile of the memory that was allocated to this file")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "bench: unexpected arguments: %s\n", strings.Join(flag.Args(), " "))
		os.Exit(2)
	}
	stopProfile, err := startProfile(*profile)
	if err == nil {
		err = errors.Join(tee(ctx, &o, *out), stopProfile(), writeAllocs(*allocs))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// tee runs the benchmarks, with the table to the standard output and, unless
// its name is empty, a file.
func tee(ctx context.Context, o *options, file string) (err error) {
	var w io.Writer = os.Stdout
	if file != "" {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		defer func() {
			if cerr := f.Close(); err == nil {
				err = cerr
			}
		}()
		w = io.MultiWriter(w, f)
	}
	if o.growth {
		return growth(ctx, w, o, growthSizes)
	}
	return run(ctx, w, o)
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
