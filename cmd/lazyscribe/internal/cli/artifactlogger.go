package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// artifactRecorder takes artifacts: a draft of an experiment or of a test.
type artifactRecorder interface {
	LogArtifact(name string, value any, alias string, opts *artifacts.LogOptions) error
}

// An artifactLogger turns inputs into artifacts.
type artifactLogger struct {
	handlers *artifacts.Registry
	settings settings
	options  artifacts.LogOptions // of each, without its handler
	progress *progress            // of reading files
	note     func(format string, args ...any)

	handlerFlag bool // --handler names the format, and not the input itself
}

func (a *app) artifactLogger(set settings) *artifactLogger {
	return &artifactLogger{handlers: a.handlers, settings: set, note: a.note}
}

// note tells people what was decided for them. Programs, which ask for another
// form of results than a table, find it in the results.
func (a *app) note(format string, args ...any) {
	if a.output == tableOutput {
		a.say("note: %s", render.Printable(fmt.Sprintf(format, args...)))
	}
}

func (l *artifactLogger) log(ctx context.Context, r artifactRecorder, in artifactInput) error {
	value, h, err := l.resolve(ctx, in)
	if err != nil {
		return fmt.Errorf("log artifact %q: %w", in.name, err)
	}
	opts := l.options
	opts.Handler = h
	if _, asItIs := h.(verbatim); !asItIs {
		opts.Settings = l.settings[in.name] // it has them; whoever keeps the value should know them too
	}
	err = r.LogArtifact(in.name, value, "", &opts)
	if errors.Is(err, artifacts.ErrExists) && !opts.Replace {
		return withHint(err, "--replace puts the new one in its place")
	}
	return err
}

// resolve finds the value of an input and the handler that will encode it.
//
// A file in the format it is to be stored in is checked by decoding it, and then
// stored byte for byte. A file in another format is decoded by the handler of
// its suffix. A suffix no handler has says nothing: the file is taken to be in
// the format that was named.
func (l *artifactLogger) resolve(ctx context.Context, in artifactInput) (any, artifacts.Handler, error) {
	if in.file == "" {
		return l.resolveValue(in)
	}
	isFolder, err := kind(in.file)
	if err != nil {
		return nil, nil, err
	}
	from, known := l.bySuffix(in.file)
	alias, err := l.choose(in, isFolder, from)
	if err != nil {
		return nil, nil, err
	}
	h, err := l.handler(alias, in.name)
	switch {
	case err != nil:
		return nil, nil, err
	case isFolder:
		return file.Path(in.file), h, nil
	case isRaw(alias):
	case !known || from.Format().Suffix == h.Format().Suffix:
		if err := checkFile(ctx, h, in.file); err != nil {
			return nil, nil, l.explain(err, in)
		}
	default:
		v, err := decodeFor(ctx, h, from, in.file)
		if err != nil {
			return nil, nil, l.explain(err, in)
		}
		return v, h, nil
	}
	return l.source(in.file), verbatim{h, suffixOf(h, in.file)}, nil
}

func (l *artifactLogger) resolveValue(in artifactInput) (any, artifacts.Handler, error) {
	var v any
	if err := pyjson.Assign(in.value, &v); err != nil {
		return nil, nil, err
	}
	h, err := l.handler(cmp.Or(in.alias, "json"), in.name)
	if err != nil {
		return nil, nil, err
	}
	return suited(h, v), h, nil
}

// choose returns the alias that was named for a file, or else the one of its
// suffix, or of what takes everything, and says so. from is nil if no handler has
// the suffix.
func (l *artifactLogger) choose(in artifactInput, isFolder bool, from artifacts.Handler) (string, error) {
	switch {
	case isFolder && in.alias != "" && in.alias != fileAlias:
		return "", withHint(usagef("%q is a folder, which %s does not take", in.file, in.alias), "%s stores it as a tar file", l.naming(in, fileAlias))
	case in.alias != "":
		return in.alias, nil
	case isFolder:
		l.note("%s: a folder, taken as %s", in.file, fileAlias)
	case from == nil:
		l.note("%s: taken as %s, since no handler has its suffix", in.file, fileAlias)
	default:
		alias := from.Format().Alias
		l.note("%s: taken as %s", in.file, alias)
		return alias, nil
	}
	return fileAlias, nil
}

// explain says what to do about a file that is not in the format it is taken for.
func (l *artifactLogger) explain(err error, in artifactInput) error {
	if in.alias == "" || errors.Is(err, artifacts.ErrCorrupt) {
		return withHint(err, "correct the file, name the handler of another format, or store it as it is: %s", l.naming(in, fileAlias))
	}
	return err
}

// handler returns the handler of an alias with the settings of an artifact.
// Mistakes in either are mistakes in the command line.
func (l *artifactLogger) handler(alias, name string) (artifacts.Handler, error) {
	h, err := l.handlers.Lookup(alias)
	if err != nil {
		return nil, &usageError{err}
	}
	set := l.settings[name]
	if len(set) == 0 {
		return h, nil
	}
	c, ok := h.(artifacts.Configurable)
	if !ok {
		return nil, usagef("handler %q has no settings", alias)
	}
	if h, err = c.Configure(set); err != nil {
		return nil, usagef("handler %q: %w", alias, err)
	}
	return h, nil
}

// naming shows how a handler is named for an input.
func (l *artifactLogger) naming(in artifactInput, alias string) string {
	if l.handlerFlag {
		return "--handler " + alias
	}
	return in.name + "=" + in.file + ":" + alias
}

func (l *artifactLogger) aliases() []string {
	var list []string
	for h := range l.handlers.All() {
		list = append(list, h.Format().Alias)
	}
	return list
}

// spellings are suffixes that are as usual as those that handlers have.
var spellings = map[string]string{"yml": "yaml", "pickle": "pkl", "pq": "parquet"}

// bySuffix finds the handler of a file's suffix, the longest there is: that of
// "tar.gz" before that of "gz". Of several handlers the first that was registered
// counts, so one that is built in before those of plugins. A suffix in capital
// letters that no handler has is the one in small letters.
func (l *artifactLogger) bySuffix(name string) (artifacts.Handler, bool) {
	_, suffix, ok := strings.Cut(filepath.Base(name), ".")
	for ok {
		lower := strings.ToLower(suffix)
		for _, spelling := range []string{suffix, lower, spellings[lower]} {
			if h, found := l.handlers.BySuffix(spelling); found {
				return h, true
			}
		}
		_, suffix, ok = strings.Cut(suffix, ".")
	}
	return nil, false
}

// source opens a file each time the artifact is written.
func (l *artifactLogger) source(name string) artifacts.Source {
	return func(context.Context) (io.ReadCloser, error) {
		f, err := openFile(name)
		if err != nil {
			return nil, err
		}
		return l.progress.file(f), nil
	}
}
