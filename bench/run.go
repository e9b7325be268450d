package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/project"
)

// options are the choices of one run.
type options struct {
	quick, full bool
	growth      bool
	rows        string
	rounds      int
	python      string // interpreter that has the peers
	venv        string // or the folder of a virtual environment to be made for them; both "": no peers
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
	peers    [numSides]*peer // nil: not there
	projects map[int]string
}

// A section is rows that make one table.
type section struct {
	name, title string
	rows        []*row
}

// A table is what a section came to.
type table struct {
	*section
	machine string // on what and with what it was measured
	results []*result
}

// run measures all rows and hands on each table when it is done.
func run(ctx context.Context, o *options, done func(*table) error) error {
	e := &env{sizes: fullSizes, bucket: o.bucket}
	if o.quick {
		e.sizes = quickSizes
	}
	if o.full {
		e.tooSlow, e.formats.array = 1<<30, 1<<30
	}
	return e.run(ctx, o, done)
}

func (e *env) run(ctx context.Context, o *options, done func(*table) error) (err error) {
	e.projects = map[int]string{}
	if e.dir, err = os.MkdirTemp(o.dir, "lazyscribe-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(e.dir)) }()
	with, err := e.startPeers(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.closePeers()) }()
	for _, s := range e.sections() {
		t := &table{section: s}
		for _, r := range s.rows {
			if !wanted(r.key, o.rows) {
				continue
			}
			fmt.Fprintf(o.log, "%s ...\n", r.key)
			res, err := r.measure(ctx, o.rounds)
			if err != nil {
				return fmt.Errorf("%s: %w", r.key, err)
			}
			t.results = append(t.results, res)
		}
		if len(t.results) == 0 {
			continue
		}
		t.machine = describe(ctx, with, o)
		if err := done(t); err != nil {
			return err
		}
	}
	return nil
}

// startPeers starts who can take part and says who it is.
func (e *env) startPeers(ctx context.Context, o *options) (with string, err error) {
	e.python = o.python
	if e.python == "" && o.venv != "" {
		if e.python, err = environment(ctx, o.venv, packages, o.log); err != nil {
			fmt.Fprintln(o.log, "without Python:", err)
			e.python = ""
		}
	}
	var said []string
	for side, source := range peerSources {
		if source == "" {
			continue
		}
		var absent error
		if e.peers[side], absent = startPeer(ctx, e.python, side); absent != nil {
			said = append(said, fmt.Sprintf("no %s: %v", sideNames[side], absent))
			continue
		}
		said = append(said, e.peers[side].version)
	}
	return strings.Join(said, "; "), ctx.Err()
}

func (e *env) closePeers() error {
	var errs []error
	for _, p := range e.peers {
		if p != nil {
			errs = append(errs, p.close())
		}
	}
	return errors.Join(errs...)
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

// sections lists the work in the order of the tables.
func (e *env) sections() []*section {
	var projects []*row
	for _, n := range e.logged {
		projects = append(projects, e.logSave(n))
	}
	for _, n := range e.opened {
		projects = append(projects, e.open(n))
	}
	for _, n := range e.appended {
		projects = append(projects, e.appendSave(n, project.CommitManifest))
	}
	projects = append(projects, e.appendSave(slices.Max(e.appended), project.CommitSegments),
		e.filter(e.filtered), e.metric(), e.metricAllocs(), e.merge(e.merged))
	for _, n := range e.memory {
		projects = append(projects, e.peak(n))
	}
	projects = append(projects, e.artifactSave(), e.artifactLoad())
	if e.shown > 0 {
		projects = append(projects, e.show(e.shown), e.help())
	}
	var archives []*row
	for _, n := range e.objects {
		archives = append(archives, e.archiveObjects(n), e.archiveRestore(n))
	}
	var plugins []*row
	for _, noTLS := range []bool{false, true} {
		plugins = append(plugins, e.pluginStart(noTLS), e.pluginCall(noTLS), e.pluginBytes(noTLS))
	}
	return []*section{
		{"projects", "Projects", projects},
		{"repositories", "Repositories", []*row{
			e.repositoryOpen(e.versions), e.repositoryFind(e.versions), e.repositoryList(e.versions), e.repositoryLog(e.newer),
		}},
		{"writers", "Many writers", e.sharing()},
		{"bucket", "Large artifacts in a bucket", e.bucketRows()},
		{"formats", "Formats", e.formatRows()},
		{"shelves", "Shelves", []*row{e.shelfPut(), e.shelfGet()}},
		{"pipelines", "Pipelines", []*row{e.pipelineHit("joblib", "joblib.Memory"), e.pipelineHit("persistable", "persistable"), e.paramsHash()}},
		{"archives", "Archives", append(archives, e.archiveList(e.list))},
		{"plugins", "Plugins", plugins},
	}
}
