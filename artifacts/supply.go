package artifacts

import "sync"

// Supply sets a function that adds further handlers to the registry. It is called
// once, when one is first wanted that is not there: by [Registry.Lookup] of an
// unknown alias, by [Registry.BySuffix] of an unknown suffix, by [Registry.All]
// and by [Registry.Clone]. A program so pays for what it seldom needs, such as a
// list of plugins, only when it does.
//
// add may call [Registry.Add], and no other method of the registry. Those who
// want a handler meanwhile wait for it. A later Supply replaces one that was not
// called yet.
func (r *Registry) Supply(add func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.supply = sync.OnceFunc(add)
}

// supplied makes sure that everything Supply promised is there.
func (r *Registry) supplied() {
	r.mu.RLock()
	supply := r.supply
	r.mu.RUnlock()
	if supply != nil {
		supply()
	}
}
