package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
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

	handlerFlag bool // --handler names the format, and not the input itself
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
		var v any
		if err := pyjson.Assign(in.value, &v); err != nil {
			return nil, nil, err
		}
		alias := in.alias
		if alias == "" {
			alias = "json"
		}
		h, err := l.handler(alias, in.name)
		return v, h, err
	}
	from, known := l.bySuffix(in.file)
	alias := in.alias
	if alias == "" {
		if !known {
			return nil, nil, withHint(usagef("file %q: its suffix is that of no handler", in.file),
				"name one: %s (known: %s)", l.naming(in), strings.Join(l.aliases(), ", "))
		}
		alias = from.Format().Alias
	}
	h, err := l.handler(alias, in.name)
	if err != nil {
		return nil, nil, err
	}
	if !known || from.Format().Suffix == h.Format().Suffix {
		if err := checkFile(ctx, h, in.file); err != nil {
			return nil, nil, err
		}
		return l.source(in.file), verbatim{h}, nil
	}
	var v any
	if err := decodeFile(ctx, from, in.file, &v); err != nil {
		return nil, nil, err
	}
	return v, h, nil
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

// naming shows how the handler of an input is named.
func (l *artifactLogger) naming(in artifactInput) string {
	if l.handlerFlag {
		return "--handler alias"
	}
	return in.name + "=" + in.file + ":alias"
}

func (l *artifactLogger) aliases() []string {
	var list []string
	for h := range l.handlers.All() {
		list = append(list, h.Format().Alias)
	}
	return list
}

// bySuffix finds the handler of a file's suffix, the longest there is: that of
// "tar.gz" before that of "gz".
func (l *artifactLogger) bySuffix(file string) (artifacts.Handler, bool) {
	_, suffix, ok := strings.Cut(filepath.Base(file), ".")
	for ok {
		if h, found := l.handlers.BySuffix(suffix); found {
			return h, true
		}
		_, suffix, ok = strings.Cut(suffix, ".")
	}
	return nil, false
}

// source opens a file each time the artifact is written.
func (l *artifactLogger) source(file string) artifacts.Source {
	return func(context.Context) (io.ReadCloser, error) {
		f, err := openFile(file)
		if err != nil {
			return nil, err
		}
		return l.progress.file(f), nil
	}
}
