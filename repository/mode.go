package repository

import "fmt"

// Mode says what may be done to a repository. It is not a project's: there is no
// "a", since versions are only ever added, and the default is another one.
type Mode int

const (
	// ReadWrite reads what is there and may add to it and set expiries ("w+").
	// The zero value.
	ReadWrite Mode = iota
	// ReadOnly changes nothing ("r").
	ReadOnly
	// Truncate begins anew ("w"): numbers start at 0 again, and the first save
	// replaces what the manifest held when it was opened. The files stay.
	Truncate
)

var modeNames = [...]string{ReadWrite: "w+", ReadOnly: "r", Truncate: "w"}

// ParseMode reads the spelling of Python: "r", "w" or "w+".
func ParseMode(s string) (Mode, error) {
	for m, name := range modeNames {
		if name == s {
			return Mode(m), nil
		}
	}
	return 0, fmt.Errorf("mode %q: want r, w or w+", s)
}

// String returns the spelling ParseMode reads.
func (m Mode) String() string {
	if m < 0 || int(m) >= len(modeNames) {
		return fmt.Sprintf("Mode(%d)", int(m))
	}
	return modeNames[m]
}
