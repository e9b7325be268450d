package shelf

// WithFault has the hook called before each operation of the storage.
func WithFault(o Options, hook func(op, key string) error) *Options {
	o.fault = hook
	return &o
}
