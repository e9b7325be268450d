package wire

// An Error says what is wrong with a value, or with its encoding.
type Error struct {
	// Kind is a sentinel of package artifacts: ErrUnsupportedValue for a value
	// that cannot cross, ErrCorrupt for bytes that are not of the profile,
	// ErrTargetType for a value that does not fit the Go type it is wanted in.
	Kind error

	Path   string // where in the value: "rows[3].loss"; "": the value as a whole
	Reason string // "is of type chan int"
	Cause  error  // nil, or an error that Reason tells already

	whole bool // about the value as a whole: a path would be as long as the nesting is deep
}

// Error is the kind, the place and the reason.
func (e *Error) Error() string {
	text := e.Kind.Error() + ": "
	if e.Path != "" {
		text += e.Path + ": "
	}
	return text + e.Reason
}

// Unwrap returns the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// under puts the step that leads to the value before the path, unless it is
// empty.
func (e *Error) under(step string) *Error {
	if !e.whole && step != "" {
		e.Path = joinPath(step, e.Path)
	}
	return e
}
