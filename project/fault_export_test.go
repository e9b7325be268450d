package project

// WithFault returns a copy of o whose project calls fault before each operation
// of its storage.
func WithFault(o Options, fault func(op, key string) error) *Options {
	o.fault = fault
	return &o
}
