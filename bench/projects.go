package main

import (
	"context"
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

// newProject writes a manifest into a folder of its own.
func (e *env) newProject(name string, text []byte) (string, error) {
	dir := filepath.Join(e.dir, name)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "project.json")
	return path, os.WriteFile(path, text, 0o666)
}

// middle is the slug of an experiment in the middle of a project of n.
func middle(n int) string { return sample.At(n / 2).Slug() }

func openProject(ctx context.Context, path string, mode project.Mode) (*project.Project, error) {
	return project.Open(ctx, path, &project.Options{Mode: mode, Author: sample.Author})
}
