package payload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Rescuable reports whether a value that failed to be encoded, with the error
// given, is to be kept: its handler can, and the failure was none of the value's.
func (v *Value) Rescuable(failure error) bool {
	_, ok := v.handler.(artifacts.Rescuer)
	return ok && !errors.Is(failure, artifacts.ErrUnsupportedValue) && !errors.Is(failure, artifacts.ErrSettings)
}

// Rescue writes the form in which a value that cannot be encoded is kept, if
// Rescuable. Errors are as those of WriteTo.
func (v *Value) Rescue(ctx context.Context, w io.Writer) error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	h, ok := v.handler.(artifacts.Rescuer)
	if !ok || v.closed || v.spool != nil {
		return errors.New("keep artifact: there is nothing to keep")
	}
	return v.run(ctx, w, h.Rescue)
}

// Settings returns the settings that were given by name. The map is the
// caller's.
func (v *Value) Settings() map[string]any { return maps.Clone(v.settings) }

// Restore encodes what Rescue wrote, now. The handler is the one of the options,
// or else the one registered today under the alias of the value's description,
// with the settings it tells of. The caller closes the Value.
func Restore(ctx context.Context, r io.Reader, kept *artifacts.Rescued, reg *artifacts.Registry, o *artifacts.RetryOptions) (*Value, error) {
	var own artifacts.Handler
	if o != nil {
		own = o.Handler
	}
	h, err := choose(own, kept.Artifact.Handler, reg)
	if err != nil {
		return nil, err
	}
	if _, err := rescuer(h); err != nil {
		return nil, err // rather than what it makes of the settings
	}
	if h, err = configure(h, kept.Settings); err != nil {
		return nil, err
	}
	v := &Value{handler: h, env: maps.Clone(kept.Artifact.Environment), settings: maps.Clone(kept.Settings)}
	sp := new(spool)
	if err := v.restore(ctx, sp, r); err != nil {
		return nil, errors.Join(err, sp.Close())
	}
	v.spool = sp
	return v, nil
}

func (v *Value) restore(ctx context.Context, sp *spool, r io.Reader) (err error) {
	h, err := rescuer(v.handler)
	if err != nil {
		return err
	}
	err = v.run(ctx, sp, func(ctx context.Context, w io.Writer, _ any) error {
		return h.EncodeRescued(ctx, w, plain{Cancelable(ctx, r)})
	})
	if err != nil {
		return err
	}
	defer wrap(&err, "log", v.handler)
	defer recovered(&err)
	return v.surroundings(nil)
}

func rescuer(h artifacts.Handler) (artifacts.Rescuer, error) {
	r, ok := h.(artifacts.Rescuer)
	if !ok {
		return nil, fmt.Errorf("handler %q does not encode values that were kept", h.Format().Alias)
	}
	return r, nil
}

// plain shows a reader's Read and nothing else.
type plain struct{ io.Reader }
