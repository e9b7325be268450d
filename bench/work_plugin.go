package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// smallCalls is how many calls with a small artifact are made at a time.
const smallCalls = 200

// encryption says of the rows that come twice which one it is.
func encryption(noTLS bool) (key, work string) {
	if noTLS {
		return "-plain", ", without mutual TLS"
	}
	return "", ""
}

// pluginStart starts a plugin and ends it.
func (e *env) pluginStart(noTLS bool) *row {
	key, how := encryption(noTLS)
	r := &row{
		key: "plugin-start" + key, work: "start a plugin" + how,
		limit: "running the same program until it has printed what it offers",
		note:  "From looking at the file, with its SHA-256, to the first answer. Its end is not counted.",
	}
	for _, who := range []int{ours, python} {
		r.sides[who] = func(ctx context.Context) (float64, error) {
			if _, err := e.pluginPath(ctx, who); err != nil {
				return 0, err
			}
			var host *plugins.Host
			took, err := timed(func() (err error) {
				_, host, err = e.startPlugin(ctx, who, noTLS)
				return err
			})
			if host != nil {
				err = errors.Join(err, host.Close())
			}
			return took, err
		}
	}
	r.sides[limit] = func(ctx context.Context) (float64, error) {
		path, err := e.pluginPath(ctx, ours)
		if err != nil {
			return 0, err
		}
		return timed(exec.CommandContext(ctx, path, "describe").Run)
	}
	return r
}

// pluginCall encodes a small artifact.
func (e *env) pluginCall(noTLS bool) *row {
	key, how := encryption(noTLS)
	return e.withPlugin(noTLS, row{
		key: "plugin-call" + key, work: "encode 100 bytes in a plugin" + how,
		limit: "the same handler in this process",
	}, func(ctx context.Context, h artifacts.Handler) (float64, error) {
		value := strings.Repeat("x", 100)
		took, err := timed(func() error {
			for range smallCalls {
				if err := h.Encode(ctx, io.Discard, strings.NewReader(value)); err != nil {
					return err
				}
			}
			return nil
		})
		return took / smallCalls, err
	})
}

// pluginBytes passes a large artifact through a plugin and back.
func (e *env) pluginBytes(noTLS bool) *row {
	key, how := encryption(noTLS)
	return e.withPlugin(noTLS, row{
		key: "plugin-bytes" + key, work: fmt.Sprintf("encode and decode %d MiB in a plugin%s", e.artifact>>20, how),
		limit: "the same handler in this process",
		note:  "What is encoded is hashed with SHA-256, as a save does.",
	}, func(ctx context.Context, h artifacts.Handler) (float64, error) {
		return timed(func() error {
			hash := sha256.New()
			if err := h.Encode(ctx, hash, io.LimitReader(zeros{}, e.artifact)); err != nil {
				return err
			}
			var back counting
			if p, inProcess := h.(artifacts.Typed[io.Reader]); inProcess {
				r, err := p.Read(ctx, io.LimitReader(zeros{}, e.artifact))
				if err != nil {
					return err
				}
				if _, err := io.Copy(&back, r); err != nil {
					return err
				}
			} else if err := h.Decode(ctx, io.LimitReader(zeros{}, e.artifact), &back); err != nil {
				return err
			}
			if int64(back) != e.artifact {
				return fmt.Errorf("%d bytes came back", back)
			}
			return nil
		})
	})
}

// withPlugin makes a row of work that a plugin of either side does, which is
// started beforehand, and this process.
func (e *env) withPlugin(noTLS bool, r row, do func(context.Context, artifacts.Handler) (float64, error)) *row {
	var hosts []*plugins.Host
	for _, who := range []int{ours, python} {
		var h artifacts.Handler
		r.sides[who] = func(ctx context.Context) (float64, error) {
			if h == nil {
				handler, host, err := e.startPlugin(ctx, who, noTLS)
				if err != nil {
					return 0, err
				}
				h, hosts = handler, append(hosts, host)
			}
			return do(ctx, h)
		}
	}
	r.sides[limit] = func(ctx context.Context) (float64, error) { return do(ctx, copying) }
	r.done = func() error {
		var errs []error
		for _, host := range hosts {
			errs = append(errs, host.Close())
		}
		return errors.Join(errs...)
	}
	return &r
}

type counting int64

func (c *counting) Write(p []byte) (int, error) { *c += counting(len(p)); return len(p), nil }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
