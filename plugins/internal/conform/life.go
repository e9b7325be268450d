package conform

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// with runs a part of a check on a process of its own.
func (s *suite) with(ctx context.Context, env []string, part func(*instance) error) error {
	p, err := start(ctx, s.subject, env)
	if err != nil {
		return err
	}
	defer p.kill()
	if _, err := p.describe(ctx); err != nil {
		return p.told(err)
	}
	return part(p)
}

// use encodes and decodes all samples, as far as there are any.
func (s *suite) use(ctx context.Context, p *instance) error {
	err := s.eachSample(func(v sample) error {
		file, err := p.encode(ctx, v)
		if err != nil || s.handler(v.alias).GetOutputOnly() {
			return err
		}
		a, err := p.decode(ctx, v, file)
		if err == nil {
			err = a.succeeded()
		}
		return err
	})
	if _, ok := errors.AsType[skipped](err); ok {
		return nil
	}
	return err
}

func checkStdout(ctx context.Context, s *suite) error {
	return s.with(ctx, nil, func(p *instance) error {
		if err := p.stdout.Close(); err != nil {
			return err
		}
		return errors.Join(s.use(ctx, p), p.alive(ctx))
	})
}

func checkTemporary(ctx context.Context, s *suite) error {
	folder, err := os.MkdirTemp("", "lsp")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	env := []string{"TMPDIR=" + folder, "TEMP=" + folder, "TMP=" + folder}
	for _, name := range []string{"PATH", "HOME", "SYSTEMROOT"} {
		env = append(env, name+"="+os.Getenv(name))
	}
	return s.with(ctx, env, func(p *instance) error {
		err := s.use(ctx, p)
		// Also after a call that ended in the middle.
		for _, h := range s.description.Handlers {
			_, _ = p.call(ctx, encoding, &pluginpb.Begin{Alias: h.GetAlias(), Encoding: h.GetEncodings()[0]}, func(send func(frame) error) error {
				return send(frame{data: emptyList})
			})
		}
		err = errors.Join(err, p.stops(ctx))
		left, failed := os.ReadDir(folder)
		if len(left) > 0 {
			var names []string
			for _, entry := range left {
				names = append(names, entry.Name())
			}
			failed = fmt.Errorf("left behind: %s", strings.Join(names, ", "))
		}
		return errors.Join(err, failed)
	})
}

// patience is how long a process that was told to end may take. What matters is
// that it ends at all; machines can be busy. A test of plugins that do not end shortens it.
var patience = 10 * time.Second

// stops asks the process to end and waits until it has.
func (p *instance) stops(ctx context.Context) error {
	// The answer may be lost with the process.
	_ = p.shutdown(ctx)
	if !p.endsWithin(ctx, patience) {
		return fmt.Errorf("it still runs %s after it was asked to end", patience)
	}
	return nil
}

func checkShutdown(ctx context.Context, s *suite) error {
	return s.with(ctx, nil, func(p *instance) error {
		if err := p.stops(ctx); err != nil {
			return err
		}
		if code := p.cmd.ProcessState.ExitCode(); code != 0 {
			return fmt.Errorf("it ended with code %d: %w", code, p.told(p.ended))
		}
		return nil
	})
}

func checkInterrupt(ctx context.Context, s *suite) error {
	if runtime.GOOS == "windows" {
		return skip("processes on Windows cannot be interrupted one by one")
	}
	return s.with(ctx, nil, func(p *instance) error {
		if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
			return err
		}
		// The signal may take effect a little later.
		if p.endsWithin(ctx, time.Second/2) {
			return fmt.Errorf("it ended: %w", p.told(p.ended))
		}
		return p.alive(ctx)
	})
}

func checkLifeline(ctx context.Context, s *suite) error {
	return s.with(ctx, nil, func(p *instance) error {
		// In the middle of a call, which is when hosts die.
		call, err := encoding(ctx, p.client)
		if err != nil {
			return err
		}
		h := s.description.Handlers[0]
		if err := call.send(frame{begin: &pluginpb.Begin{Alias: h.GetAlias(), Encoding: h.GetEncodings()[0]}}); err != nil {
			return err
		}
		if err := p.stdin.Close(); err != nil {
			return err
		}
		if !p.endsWithin(ctx, patience) {
			return fmt.Errorf("it still runs %s after its standard input has ended", patience)
		}
		if _, err := os.Stat(p.folder); !errors.Is(err, fs.ErrNotExist) {
			return errors.New("it left the folder of its socket, which nobody removes when the host is gone")
		}
		return nil
	})
}

func checkBareEnvironment(ctx context.Context, s *suite) error {
	env := []string{"PATH=" + os.Getenv("PATH")}
	if root, ok := os.LookupEnv("SYSTEMROOT"); ok {
		env = append(env, "SYSTEMROOT="+root)
	}
	return s.with(ctx, env, func(p *instance) error {
		described, err := p.describe(ctx)
		if err != nil {
			return err
		}
		if !proto.Equal(described, s.description) {
			return errors.New("it describes itself differently")
		}
		return s.use(ctx, p)
	})
}
