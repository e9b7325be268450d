package payload

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Loader loads the artifacts of one project or repository.
type Loader struct {
	Handlers *artifacts.Registry
	Logger   *slog.Logger

	warned sync.Map // aliases whose output-only warning was given
}

// Load decodes the file of an artifact, which open opens, into target; see
// [Decode]. The file is not opened if it could not be decoded anyway.
func (l *Loader) Load(ctx context.Context, a artifacts.Artifact, target any, o *artifacts.LoadOptions, open func(context.Context) (io.ReadCloser, error)) (err error) {
	handler, err := HandlerForLoad(a.Handler, l.Handlers, o)
	if err != nil {
		return err
	}
	if f := handler.Format(); f.OutputOnly {
		if _, told := l.warned.LoadOrStore(f.Alias, true); !told {
			l.Logger.WarnContext(ctx, "format can be written and not read back", "handler", f.Alias, "artifact", a.Name)
		}
		return artifacts.ErrOutputOnly
	}
	file, err := open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return Decode(ctx, handler, file, a, target, o)
}
