package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// options are the choices of one run.
type options struct {
	quick, full bool
	growth      bool
	rows        string
	rounds      int
	python      string
	dir         string
	bucket      string
	log         io.Writer // says what is being measured
}

// sizes are how much the rows work on.
type sizes struct {
	logged   []int // experiments logged and saved at once
	opened   []int // experiments of projects that are opened
	appended []int
	filtered int
	merged   int
	memory   []int
	artifact int64 // bytes
	shelved  int64 // bytes
	points   int   // numbers in the payload of a step
	hashes   int   // of parameters
	shown    int   // 0: the command line is not tried
	metrics  int   // metrics logged in a loop
	versions int   // versions in a repository
	newer    int   // versions logged and saved at once
	shared   []int // experiments of projects that several write to
	writers  []int // processes that do
	commits  int   // that they make together
	segments int   // folded at once
	formats  formatSizes
	objects  []int // written as text
	list     int   // its length
	slow     int   // from this number of experiments on Python is given one round
	tooSlow  int   // from this number on, none
}

var (
	fullSizes = sizes{
		logged: []int{1, 100, 10_000}, opened: []int{1_000, 10_000, 100_000}, appended: []int{10_000, 100_000},
		filtered: 100_000, merged: 5_000, memory: []int{10_000, 100_000},
		artifact: 256 << 20, shelved: 1 << 30, points: 1 << 17, hashes: 20_000, shown: 1_000, metrics: 1_000_000, slow: 5_000, tooSlow: 100_000,
		versions: 10_000, newer: 100,
		shared: []int{1_000, 10_000}, writers: []int{1, 4, 16}, commits: 32, segments: 256,
		formats: formatSizes{array: 256 << 20, rows: 1_000_000, values: 1_000_000, fewer: 100_000, picture: 2048},
		objects: []int{1_000, 1_000_000}, list: 200_000,
	}
	quickSizes = sizes{
		logged: []int{1, 100, 1_000}, opened: []int{1_000, 10_000}, appended: []int{10_000},
		filtered: 10_000, merged: 500, memory: []int{10_000},
		artifact: 32 << 20, shelved: 64 << 20, points: 1 << 17, hashes: 5_000, shown: 1_000, metrics: 100_000, slow: 1_000, tooSlow: 10_000,
		versions: 1_000, newer: 100,
		shared: []int{1_000}, writers: []int{1, 4}, commits: 8, segments: 64,
		formats: formatSizes{array: 32 << 20, rows: 100_000, values: 100_000, fewer: 10_000, picture: 512},
		objects: []int{1_000, 100_000}, list: 20_000,
	}
)

// env is what rows share.
type env struct {
	sizes
	dir      string
	bucket   string // URL; "": none
	python   string
	peer     *peer // nil: no Python
	projects map[int]string
}

// run measures all rows and writes the table.
func run(ctx context.Context, w io.Writer, o *options) error {
	e := &env{sizes: fullSizes, python: o.python, bucket: o.bucket}
	if o.quick {
		e.sizes = quickSizes
	}
	if o.full {
		e.tooSlow, e.formats.array = 1<<30, 1<<30
	}
	return e.run(ctx, w, o)
}

func (e *env) run(ctx context.Context, w io.Writer, o *options) (err error) {
	e.projects = map[int]string{}
	if e.dir, err = os.MkdirTemp(o.dir, "lazyscribe-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(e.dir)) }()
	var absent string
	if e.peer, err = startPeer(ctx, o.python); err != nil {
		absent = err.Error()
	} else {
		defer func() { err = errors.Join(err, e.peer.close()) }()
	}
	var results []*result
	for _, r := range e.rows() {
		if !wanted(r.key, o.rows) {
			continue
		}
		fmt.Fprintf(o.log, "%s ...\n", r.key)
		res, err := r.measure(ctx, o.rounds)
		if err != nil {
			return fmt.Errorf("%s: %w", r.key, err)
		}
		results = append(results, res)
	}
	return writeTable(w, describe(ctx, e, absent, o), results)
}

func wanted(key, rows string) bool {
	if rows == "" {
		return true
	}
	for part := range strings.SplitSeq(rows, ",") {
		if strings.Contains(key, part) {
			return true
		}
	}
	return false
}

// rows lists the work in the order of the table.
func (e *env) rows() []*row {
	var rows []*row
	for _, n := range e.logged {
		rows = append(rows, e.logSave(n))
	}
	for _, n := range e.opened {
		rows = append(rows, e.open(n))
	}
	for _, n := range e.appended {
		rows = append(rows, e.appendSave(n))
	}
	rows = append(rows, e.filter(e.filtered), e.metric(), e.metricAllocs(), e.merge(e.merged))
	for _, n := range e.memory {
		rows = append(rows, e.peak(n))
	}
	rows = append(rows, e.artifactSave(), e.artifactLoad(), e.shelfPut(), e.shelfGet(),
		e.pipelineHit("joblib", "joblib.Memory"), e.pipelineHit("persistable", "persistable"), e.paramsHash(),
		e.repositoryOpen(e.versions), e.repositoryFind(e.versions), e.repositoryList(e.versions), e.repositoryLog(e.newer))
	for _, n := range e.objects {
		rows = append(rows, e.archiveObjects(n), e.archiveRestore(n))
	}
	rows = append(rows, e.archiveList(e.list))
	rows = append(rows, e.sharing()...)
	rows = append(rows, e.formatRows()...)
	for _, noTLS := range []bool{false, true} {
		rows = append(rows, e.pluginStart(noTLS), e.pluginCall(noTLS), e.pluginBytes(noTLS))
	}
	if e.shown > 0 {
		rows = append(rows, e.show(e.shown))
	}
	return rows
}
