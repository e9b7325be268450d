package release

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/lazyscribe-go/lazyscribe/repository"
)

// A Cut is what [FromTOML] did about one repository.
type Cut struct {
	Repository string // as the file names it
	Releases   string // the file of its releases
	Release    Release
	Exists     bool // the tag was there already; nothing was written
}

// FromTOML cuts a release of each repository that a pyproject.toml, or a
// lazyscribe.toml with the same tables, names:
//
//	[project]
//	version = "1.2.0"
//
//	[tool.lazyscribe]
//	repositories = ["models/repository.json"]
//
// The tag is the version of the project; [tool.lazyscribe] may have one for a
// file without a project. A repository whose releases have the tag already is
// left as it is.
//
// Nothing is written before all releases are known to be possible, and if one
// cannot be written the others are taken back.
func FromTOML(ctx context.Context, text []byte, opts *Options) ([]Cut, error) {
	cuts, err := fromTOML(ctx, text, opts.orDefault())
	if err != nil {
		return nil, fmt.Errorf("release from TOML: %w", err)
	}
	return cuts, nil
}

func fromTOML(ctx context.Context, text []byte, o Options) (cuts []Cut, err error) {
	now := o.Now()
	tag, repositories, err := readTOML(string(text), now)
	if err != nil {
		return nil, err
	}
	byPlace := map[string]*List{} // repositories in one folder share the file of releases
	var lists []*List
	defer func() {
		for _, l := range lists {
			err = errors.Join(err, l.Close())
		}
	}()
	for _, url := range repositories {
		place := o.place(url)
		list := byPlace[Beside(place)]
		if list == nil {
			if list, err = Load(ctx, Beside(place), &o); err != nil {
				return nil, err
			}
			byPlace[Beside(place)] = list
			lists = append(lists, list)
		}
		cut := Cut{Repository: url, Releases: list.URL()}
		if err := cut.add(ctx, list, place, tag, now, o.Logger); err != nil {
			return nil, err
		}
		cuts = append(cuts, cut)
	}
	if err := saveAll(ctx, lists); err != nil {
		return nil, err
	}
	return cuts, nil
}

// saveAll saves all lists or none.
func saveAll(ctx context.Context, lists []*List) error {
	for i, l := range lists {
		err := l.Save(ctx)
		if err == nil {
			continue
		}
		errs := []error{err}
		for _, earlier := range lists[:i] {
			errs = append(errs, earlier.takeBack(ctx))
		}
		return errors.Join(errs...)
	}
	return nil
}

// add adds the release of one repository to its list, unless the tag is there.
func (c *Cut) add(ctx context.Context, list *List, place, tag string, now time.Time, log *slog.Logger) (err error) {
	if had, err := list.Find(Tag(tag)); err == nil {
		c.Release, c.Exists = had, true
		log.WarnContext(ctx, "release exists", "tag", tag, "releases", list.URL())
		return nil
	}
	repo, err := repository.Open(ctx, place, &repository.Options{Mode: repository.ReadOnly, Logger: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, repo.Close()) }()
	if c.Release, err = Create(repo, tag, now); err != nil {
		return err
	}
	return list.Add(c.Release)
}

// readTOML returns the tag and the repositories a file names.
func readTOML(text string, now time.Time) (tag string, repositories []string, err error) {
	type table struct {
		Version      *string  `toml:"version"`
		Repositories []string `toml:"repositories"`
		Format       *string  `toml:"format"`
	}
	var file struct {
		Project struct {
			Version *string `toml:"version"`
		} `toml:"project"`
		Tool struct {
			Lazyscribe *table `toml:"lazyscribe"`
		} `toml:"tool"`
	}
	if _, err := toml.Decode(text, &file); err != nil {
		return "", nil, err
	}
	own := file.Tool.Lazyscribe
	if own == nil {
		return "", nil, errors.New("no table [tool.lazyscribe]")
	}
	version := file.Project.Version
	if version == nil {
		version = own.Version
	}
	switch {
	case version == nil:
		return "", nil, errors.New("no version in [project] or [tool.lazyscribe]")
	case len(own.Repositories) == 0:
		return "", nil, errors.New("no repositories in [tool.lazyscribe]")
	}
	if own.Format != nil {
		tag, err = format(*own.Format, *version, now)
		return tag, own.Repositories, err
	}
	return *version, own.Repositories, nil
}

// format fills in the deprecated pattern of a tag, as str.format of Python does
// for the four plain names it is given.
func format(pattern, version string, now time.Time) (string, error) {
	now = now.UTC()
	fields := map[string]string{
		"version": version, "year": strconv.Itoa(now.Year()), "month": strconv.Itoa(int(now.Month())), "day": strconv.Itoa(now.Day()),
	}
	var b strings.Builder
	for rest := pattern; rest != ""; {
		i := strings.IndexAny(rest, "{}")
		if i < 0 {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:i])
		mark, after := rest[i], rest[i+1:]
		if strings.HasPrefix(after, string(mark)) { // doubled: the brace itself
			b.WriteByte(mark)
			rest = after[1:]
			continue
		}
		name, more, closed := strings.Cut(after, "}")
		value, known := fields[name]
		if mark == '}' || !closed || !known {
			return "", fmt.Errorf("format %q: want the fields {version}, {year}, {month} and {day}", pattern)
		}
		b.WriteString(value)
		rest = more
	}
	return b.String(), nil
}
