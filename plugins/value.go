package plugins

import "github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"

// MarshalValue returns a value as a plugin gets it: one CBOR item of the profile
// in PROTOCOL.md. The error names the place of a part that cannot cross.
func MarshalValue(v any) ([]byte, error) { return wire.Marshal(v) }

// UnmarshalValue reads one CBOR item into target, a non-nil pointer. The data is
// not trusted: it is bounded in depth, and memory grows with what is there.
func UnmarshalValue(data []byte, target any) error { return wire.Unmarshal(data, target) }
