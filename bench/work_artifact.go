package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// artifactSave saves an artifact that is a large file.
func (e *env) artifactSave() *row {
	source := filepath.Join(e.dir, "artifact.txt")
	rounds := 0
	r := &row{
		key: "artifact-save", work: fmt.Sprintf("save an artifact of %d MiB", e.artifact>>20),
		limit: "one pass that copies the file, hashes it with SHA-256 and flushes it",
		note:  "Its handler is text, which also checks that the bytes are UTF-8. MLflow copies the file, and neither hashes nor flushes it.",
		aims:  []aim{withinLimit(1.11)},
		ready: func(context.Context) error { return writeText(source, e.artifact) },
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		rounds++
		dir := filepath.Join(e.dir, fmt.Sprintf("artifact-%d", rounds))
		took, err := timed(func() error { return saveArtifact(ctx, filepath.Join(dir, "project.json"), source) })
		return took, errors.Join(err, os.RemoveAll(dir))
	}
	r.sides[mlflow] = e.by(mlflow, func() request {
		return request{Work: "artifact_save", Path: filepath.Join(e.dir, "artifact.db"), Other: e.emptyStore(), Source: source}
	})
	r.sides[limit] = func(context.Context) (float64, error) {
		dst := filepath.Join(e.dir, "artifact-copy.txt")
		took, err := timed(func() error { return copyAndHash(dst, source) })
		return took, errors.Join(err, os.Remove(dst))
	}
	return r
}

// artifactLoad reads it back.
func (e *env) artifactLoad() *row {
	source := filepath.Join(e.dir, "artifact.txt")
	var p *project.Project
	r := &row{
		key: "artifact-load", work: fmt.Sprintf("load an artifact of %d MiB", e.artifact>>20),
		limit: "one pass that reads the file and hashes it with SHA-256",
		note:  "Into a writer that drops it.",
		aims:  []aim{withinLimit(1.11)},
	}
	r.ready = func(ctx context.Context) (err error) {
		p, err = e.openLarge(ctx, filepath.Join(e.dir, "artifact-load", "project.json"), source)
		return err
	}
	r.done = func() error { return p.Close() }
	r.sides[ours] = func(ctx context.Context) (float64, error) { return loadLarge(ctx, p) }
	r.sides[limit] = func(context.Context) (float64, error) { return timed(func() error { return hash(source) }) }
	return r
}

// openLarge makes a project of one large artifact, of which source is the file, and
// opens it to be read by loadLarge.
func (e *env) openLarge(ctx context.Context, path, source string) (*project.Project, error) {
	if err := errors.Join(writeText(source, e.artifact), saveArtifact(ctx, path, source)); err != nil {
		return nil, err
	}
	return openProject(ctx, path, project.ReadOnly)
}

func loadLarge(ctx context.Context, p *project.Project) (float64, error) {
	x, err := p.Lookup("large")
	if err != nil {
		return 0, err
	}
	return timed(func() error { return x.LoadArtifact(ctx, "log", io.Discard, nil) })
}

func saveArtifact(ctx context.Context, path, source string) error {
	p, err := openProject(ctx, path, project.Append)
	if err != nil {
		return err
	}
	var open artifacts.Source = func(context.Context) (io.ReadCloser, error) { return os.Open(source) }
	_, err = p.Log(ctx, "large", func(d *experiment.Draft) error { return d.LogArtifact("log", open, "text", nil) })
	if err == nil {
		err = p.Save(ctx)
	}
	return errors.Join(err, p.Close())
}

// writeText writes a file of lines of text of a size.
func writeText(path string, size int64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	block := []byte(strings.Repeat("2025-01-03T08:00:00 epoch 12 loss 0.2384231908738744\n", 20_000))
	for size > 0 && err == nil {
		n := min(int64(len(block)), size)
		_, err = f.Write(block[:n])
		size -= n
	}
	return errors.Join(err, f.Close())
}

func fileSize(path string) (float64, error) {
	fi, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return float64(fi.Size()), nil
}
