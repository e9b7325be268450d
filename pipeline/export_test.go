package pipeline

// WithFault returns options with which operations of the storage fail with the
// errors of a function.
func WithFault(o *Options, fault func(op, key string) error) *Options {
	var c Options
	if o != nil {
		c = *o
	}
	c.fault = fault
	return &c
}
