package dataset

// WithFault returns options with a hook before each operation of the storage.
func WithFault(o *Options, fault func(op, key string) error) *Options {
	c := *o
	c.fault = fault
	return &c
}
