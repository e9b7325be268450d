package projecttest

import (
	"maps"
	"sync"
)

// A model knows what must be in a project: everybody says before he does
// something that he will, and afterwards that it was acknowledged. Its times are
// numbers that grow.
type model struct {
	mu    sync.Mutex
	clock int
	runs  map[string]fate // by slug
	cut   cut
}

// fate is what happened to an experiment. 0: not yet.
type fate struct {
	begun, saved      int // its first save
	removing, removed int
	editing           int // a change began, the first of any
	edits             int // acknowledged changes
}

// cut is what happened about truncating the project, once.
type cut struct {
	opening, opened int // the session that truncates
	saving, saved   int
}

func newModel() *model { return &model{runs: map[string]fate{}} }

// tick returns the present time.
func (m *model) tick() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clock++
	return m.clock
}

// change changes the fate of an experiment at the present time.
func (m *model) change(slug string, f func(now int, run *fate)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clock++
	run := m.runs[slug]
	f(m.clock, &run)
	m.runs[slug] = run
}

func (m *model) cutting(f func(now int, c *cut)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clock++
	f(m.clock, &m.cut)
}

// moment is the model at one time.
type moment struct {
	runs map[string]fate
	cut  cut
}

func (m *model) now() moment {
	m.mu.Lock()
	defer m.mu.Unlock()
	return moment{maps.Clone(m.runs), m.cut}
}

// pick returns an experiment that is saved and for which f is true; "" without
// any.
func (m *model) pick(f func(slug string, run fate) bool) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	for slug, run := range m.runs { // at random
		if run.saved > 0 && f(slug, run) {
			return slug
		}
	}
	return ""
}

// present reports whether an experiment must be there at a moment.
func (m moment) present(slug string) bool {
	run := m.runs[slug]
	if run.saved == 0 || run.removing > 0 {
		return false
	}
	// Truncating drops what was there when the project was opened for it.
	return m.cut.saving == 0 || run.begun > m.cut.opened
}

// absent reports whether an experiment must not be there any more.
func (m moment) absent(slug string) bool {
	run := m.runs[slug]
	if run.removed > 0 {
		return true
	}
	return m.cut.saved > 0 && run.saved > 0 && run.saved < m.cut.opening &&
		run.editing == 0 // one that was changed since is another writer's
}
