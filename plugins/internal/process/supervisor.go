package process

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A Supervisor looks after the processes of one plugin.
type Supervisor struct {
	c Config

	// life ends with Close, with ErrClosed as its cause.
	life context.Context
	end  context.CancelCauseFunc

	alone chan struct{} // held by the one call that has a process to itself

	mu       sync.Mutex
	current  *running              // the one new calls use; nil: none runs
	starting *starting             // the one that will be; nil: none
	all      map[*running]struct{} // also those that are used by old calls only
	crashes  crashes
	closed   bool
	idle     *time.Timer
	work     sync.WaitGroup // starts and stops under way, which Close waits for
}

// starting is a process on its way to be the current one. All calls wait for
// the same one, and it does not depend on any of them.
type starting struct {
	done chan struct{} // closed when err is set
	err  error
}

// New returns a Supervisor. Nothing is started yet.
func New(c Config) *Supervisor {
	s := &Supervisor{c: c, alone: make(chan struct{}, 1), all: make(map[*running]struct{})}
	s.life, s.end = context.WithCancelCause(context.Background())
	return s
}

// Client returns the protocol's client of the current process, and what the
// process said about itself. The process is started if none runs, and not
// stopped as idle before letGo was called.
func (s *Supervisor) Client(ctx context.Context) (client pluginpb.ArtifactHandlerServiceClient, info *pluginpb.DescribeResponse, letGo func(), err error) {
	r, err := s.acquire(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	return r.rpc, r.info, sync.OnceFunc(func() { s.release(r) }), nil
}

// Pid returns the number of the current process, 0 if there is none.
func (s *Supervisor) Pid() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || s.current.child.ended() {
		return 0
	}
	return s.current.child.pid
}

// Stop ends the current process. Calls that use it fail with ErrClosed.
func (s *Supervisor) Stop() {
	s.mu.Lock()
	r := s.current
	s.retire(r)
	s.mu.Unlock()
	if r != nil {
		r.stop(s.c.Grace)
	}
}

// Close ends all processes, and waits for that. Calls fail with ErrClosed. It
// may be called again.
func (s *Supervisor) Close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		s.end(ErrClosed)
		for r := range s.all {
			s.retire(r)
			s.work.Go(func() { r.stop(s.c.Grace) })
		}
	}
	s.mu.Unlock()
	s.work.Wait()
}

// acquire returns the current process, and starts it if there is none.
func (s *Supervisor) acquire(ctx context.Context) (*running, error) {
	for {
		r, st, err := s.tryAcquire()
		if r != nil || err != nil {
			return r, err
		}
		select {
		case <-st.done:
			if st.err != nil {
				return nil, st.err
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tryAcquire returns the current process, or the one to wait for.
func (s *Supervisor) tryAcquire() (*running, *starting, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil && s.current.child.ended() {
		s.lost(s.current)
	}
	if s.current != nil {
		s.current.users++
		return s.current, nil, nil
	}
	if err := s.mayStart(); err != nil {
		return nil, nil, err
	}
	if s.starting == nil {
		st := &starting{done: make(chan struct{})}
		s.starting = st
		s.work.Go(func() { s.launch(st) })
	}
	return nil, s.starting, nil
}

// mayStart returns why no process is to be started now. The lock is held.
func (s *Supervisor) mayStart() error {
	if s.closed {
		return &Fault{Kind: ErrClosed, Message: "is stopped: plugins are closed"}
	}
	if pause := s.crashes.pause(time.Now(), s.c.MaxCrashes); pause > 0 {
		return &Fault{Kind: ErrCrashed, Message: fmt.Sprintf("ended unexpectedly %d times within a minute and is not started again for %v",
			len(s.crashes), pause.Round(time.Second))}
	}
	return nil
}

func (s *Supervisor) launch(st *starting) {
	r, err := s.spawn(s.life)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.starting, st.err = nil, err
	if err == nil && !r.wish {
		s.current = r
		s.rest()
	}
	close(st.done)
}

// spawn starts a process and watches for its end. The caller is counted in
// s.work.
func (s *Supervisor) spawn(ctx context.Context) (*running, error) {
	ctx, cancel := context.WithTimeout(ctx, s.c.StartTimeout)
	defer cancel()
	r, err := s.c.start(ctx)
	if err != nil {
		return nil, err
	}
	s.c.Logger.Debug("plugin started", "pid", r.child.pid, "version", Line(r.info.GetVersion()))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[r] = struct{}{}
	go s.watch(r)
	if s.closed {
		s.retire(r)
		s.work.Go(func() { r.stop(s.c.Grace) }) // the caller's own work is not done yet
		return nil, &Fault{Kind: ErrClosed, Message: "was stopped while it was started"}
	}
	return r, nil
}

// watch waits for the end of a process and frees what is left of it.
func (s *Supervisor) watch(r *running) {
	<-r.child.done
	s.mu.Lock()
	s.lost(r)
	s.mu.Unlock()
	r.release(s.c.Grace)
}

// lost takes note that a process is gone, or is not to be used any more. The
// lock is held. It may be called again.
func (s *Supervisor) lost(r *running) {
	if _, known := s.all[r]; !known {
		return
	}
	delete(s.all, r)
	if s.current == r {
		s.current = nil
	}
	if !r.wish {
		s.crashes.add(time.Now())
		what := "plugin ended unexpectedly"
		if r.left != "" {
			what = "plugin is stopped"
		}
		s.c.Logger.Warn(what, "pid", r.child.pid)
	}
}

// retire takes a process out of use, which is going to be stopped. The lock is
// held.
func (s *Supervisor) retire(r *running) {
	if r == nil {
		return
	}
	r.wish = true
	if s.current == r {
		s.current = nil
	}
}

// retired reports whether a process is being stopped.
func (s *Supervisor) retired(r *running) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return r.wish
}

// discard kills a process that is of no use any more. Calls that use it fail,
// and are told why.
func (s *Supervisor) discard(r *running, why string) {
	s.mu.Lock()
	if r.left == "" {
		r.left = why
	}
	s.lost(r)
	s.mu.Unlock()
	r.child.kill()
}

// refuse takes a process out of use that does not offer what it should. Calls
// of other handlers may go on.
func (s *Supervisor) refuse(r *running) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retire(r)
	r.unfit = true
}

// release lets go of a process.
func (s *Supervisor) release(r *running) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.users--
	switch {
	case s.current == r:
		s.rest()
	case r.unfit && r.users == 0 && !s.closed:
		s.work.Go(func() { r.stop(s.c.Grace) })
	}
}

// rest has the current process stopped if nobody uses it for a while. The lock
// is held.
func (s *Supervisor) rest() {
	r := s.current
	if r.users > 0 || s.c.IdleTimeout <= 0 {
		return
	}
	if s.idle != nil {
		s.idle.Stop()
	}
	since := time.Now()
	r.since = since
	s.idle = time.AfterFunc(s.c.IdleTimeout, func() {
		s.mu.Lock()
		// It may have been used, and left alone again, in between.
		if s.current != r || r.users > 0 || r.since != since {
			s.mu.Unlock()
			return
		}
		s.retire(r)
		s.work.Add(1)
		s.mu.Unlock()
		defer s.work.Done()
		r.stop(s.c.Grace)
	})
}
