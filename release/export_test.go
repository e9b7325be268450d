package release

// WithFault returns a copy of o whose lists call fault before each operation of
// their storage.
func WithFault(o Options, fault func(op, key string) error) *Options {
	o.fault = fault
	return &o
}
