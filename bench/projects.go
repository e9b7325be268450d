package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// project returns the path of a project of n experiments, which nobody changes.
func (e *env) project(n int) (string, error) {
	if path, ok := e.projects[n]; ok {
		return path, nil
	}
	path, err := e.newProject(strconv.Itoa(n), sample.Manifest(n))
	if err == nil {
		e.projects[n] = path
	}
	return path, err
}

// projectAndStore returns that and a store of MLflow with the same.
func (e *env) projectAndStore(n int) (path, store string, err error) {
	if path, err = e.project(n); err == nil {
		store, err = e.store(n)
	}
	return path, store, err
}

// store returns the path of a store of MLflow with n runs, which nobody changes,
// or nothing where there is no MLflow.
func (e *env) store(n int) (string, error) {
	path := filepath.Join(e.dir, strconv.Itoa(n)+".db")
	if _, err := os.Stat(path); err == nil || e.peers[mlflow] == nil {
		return path, nil
	}
	runs, err := e.runsFile(fmt.Sprintf("runs-of-store-%d.json", n), sample.Runs(0, n))
	if err != nil {
		return "", err
	}
	return path, e.tell(mlflow, request{Work: "fill", Path: path, Other: e.emptyStore(), Runs: runs})
}

// emptyStore is where MLflow keeps a store to copy: making one takes seconds.
func (e *env) emptyStore() string { return filepath.Join(e.dir, "empty.db") }

// newProject writes a manifest into a folder of its own.
func (e *env) newProject(name string, text []byte) (string, error) {
	dir := filepath.Join(e.dir, name)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "project.json")
	return path, os.WriteFile(path, text, 0o666)
}

// middleName is the name of the experiment that middle is the slug of.
func middleName(n int) string { return sample.At(n / 2).Name }

// middle is the slug of an experiment in the middle of a project of n.
func middle(n int) string { return sample.At(n / 2).Slug() }

func openProject(ctx context.Context, path string, mode project.Mode) (*project.Project, error) {
	return project.Open(ctx, path, &project.Options{Mode: mode, Author: sample.Author})
}
