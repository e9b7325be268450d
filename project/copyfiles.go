package project

import (
	"path"

	"github.com/lazyscribe-go/lazyscribe/internal/mirror"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
)

// A copyFile is one artifact of a record that is copied.
type copyFile struct {
	test     *record.Test
	artifact *record.Artifact

	moved  *record.Artifact // takes its place, if its file had to get another name
	failed *ArtifactError
}

// Files implements [mirror.Kind].
func (c *copying) Files(choice mirror.Choice) []mirror.File {
	rec := c.source[choice.Src].rec
	if rec == nil {
		return nil
	}
	recorded := map[string]string{} // digests the destination knows, by key
	if choice.Dst >= 0 {
		c.dst.named(c.there[choice.Dst].rec, func(key, sha256 string) { recorded[key] = sha256 })
	}
	var list []mirror.File
	body := rec.Body()
	body.AllArtifacts(func(t *record.Test, a *record.Artifact) {
		meta := a.Meta()
		if !meta.PurgedAt.IsZero() {
			return
		}
		f := &copyFile{test: t, artifact: a}
		c.files[choice.Src] = append(c.files[choice.Src], f)
		fail := func(err error) { f.fail(body.Slug, err) }
		src, err := c.src.home.Key(body.Slug, t, meta)
		if err != nil {
			fail(err)
			return
		}
		dst, err := c.dst.home.Key(body.Slug, t, meta)
		if err != nil {
			fail(err)
			return
		}
		sha256, known := recorded[dst]
		file := mirror.File{Src: src, Dst: dst, Meta: meta, Fail: fail}
		file.Recorded = known && mirror.SameDigest(choice.Verdict, meta.SHA256, sha256)
		if c.merge && choice.Verdict != mirror.Equal {
			// Two experiments of one slug may have met, so both files are right. A
			// plain copy must not say anything else than its source.
			file.Rename = func() (string, error) { return c.rename(f, body.Slug, path.Base(dst)) }
		}
		list = append(list, file)
	})
	return list
}

// named visits the files a record of the project names.
func (p *Project) named(rec *record.Record, visit func(key, sha256 string)) {
	if rec == nil {
		return
	}
	body := rec.Body()
	body.AllArtifacts(func(t *record.Test, a *record.Artifact) {
		if key, err := p.home.Key(body.Slug, t, a.Meta()); err == nil {
			visit(key, a.Meta().SHA256)
		}
	})
}

func (f *copyFile) fail(slug string, err error) {
	meta := f.artifact.Meta()
	f.failed = &ArtifactError{Experiment: slug, Artifact: meta.Name, Handler: meta.Handler, Err: err}
	if f.test != nil {
		f.failed.Test = f.test.Name
	}
}

// rename gives the file another name than one that is taken.
func (c *copying) rename(f *copyFile, slug, wanted string) (key string, err error) {
	meta := f.artifact.Meta()
	if meta.FileName == "" {
		meta.FileName = wanted
	}
	meta.FileName = saving.DistinctFile(meta.FileName)
	if f.moved, err = record.SavedArtifact(meta); err != nil {
		return "", err
	}
	return c.dst.home.Key(slug, f.test, meta)
}

// moved returns the artifacts of a record whose files have other names now, and
// those that take their place.
func (c *copying) moved(src int) map[*record.Artifact]*record.Artifact {
	moved := map[*record.Artifact]*record.Artifact{}
	for _, f := range c.files[src] {
		if f.moved != nil {
			moved[f.artifact] = f.moved
		}
	}
	return moved
}
