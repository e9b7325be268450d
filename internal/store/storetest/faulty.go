package storetest

import (
	"fmt"
	"slices"
	"sync"
)

// Faulty makes operations of a store fail. Its Hook goes into the Fault option
// of a store:
//
//	f := &storetest.Faulty{FailAt: 3, Err: syscall.ENOSPC}
//	s, key, err := store.Open(ctx, url, &store.Options{Fault: f.Hook})
//
// With FailAt 0 it only counts; a test that wants every operation to fail once
// counts first ([EachFault]). It is safe for concurrent use.
type Faulty struct {
	FailAt int    // number of the operation that fails, from 1
	Sticky bool   // so do all after it, as on a disk that is gone
	Op     string // count operations of this name only; "" counts all
	Err    error  // what they fail with

	mu  sync.Mutex
	ops []string
}

// Hook counts an operation and fails if it is its turn.
func (f *Faulty) Hook(op, key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Op != "" && f.Op != op {
		return nil
	}
	f.ops = append(f.ops, op+" "+key)
	n := len(f.ops)
	if f.FailAt == 0 || n != f.FailAt && !(f.Sticky && n > f.FailAt) {
		return nil
	}
	return fmt.Errorf("operation %d: %w", n, f.Err)
}

// Count returns how many operations were counted.
func (f *Faulty) Count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.ops)
}

// Ops returns the operations that were counted, as "name key".
func (f *Faulty) Ops() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.ops)
}

// Failed returns the first operation that failed, "" if none did.
func (f *Faulty) Failed() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.FailAt == 0 || f.FailAt > len(f.ops) {
		return ""
	}
	return f.ops[f.FailAt-1]
}

// EachFault calls try with a Faulty that fails at the first operation, then with
// one that fails at the second, and so on until try does fewer operations than
// that. It tries each with Sticky unset and set. It returns how many faults were
// put in.
func EachFault(err error, try func(f *Faulty)) int {
	faults := 0
	for _, sticky := range []bool{false, true} {
		for n := 1; ; n++ {
			f := &Faulty{FailAt: n, Sticky: sticky, Err: err}
			try(f)
			if f.Failed() == "" {
				break
			}
			faults++
		}
	}
	return faults
}
