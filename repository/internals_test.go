package repository

// WithFault returns a copy of o whose repository calls fault before each
// operation of its storage.
func WithFault(o Options, fault func(op, key string) error) *Options {
	o.fault = fault
	return &o
}

// UnifiedDiff is unifiedDiff.
var UnifiedDiff = unifiedDiff
