package wire

// The protocol's version. A host and a plugin talk if they share a major
// version; a minor one adds only what the other side may ignore.
const (
	ProtocolMajor = 1 // the "app protocol version" of go-plugin's handshake
	ProtocolMinor = 0
)

// ServiceName is the key of the one service in go-plugin's sets of plugins.
const ServiceName = "handlers"

// Handshake tells a plugin that it was started by lazyscribe and not by hand. It
// is no secret. The type is that of go-plugin's HandshakeConfig, to which it can
// be assigned; naming that type would link gRPC.
var Handshake = struct {
	ProtocolVersion  uint
	MagicCookieKey   string
	MagicCookieValue string
}{
	ProtocolVersion:  ProtocolMajor,
	MagicCookieKey:   "LAZYSCRIBE_PLUGIN",
	MagicCookieValue: "artifact-handler",
}

// Variables of the environment between host and plugin.
const (
	// EnvLifeline set to [LifelineStdin] tells a plugin to exit when its
	// standard input ends: the host holds the other end and never writes.
	EnvLifeline   = "LAZYSCRIBE_PLUGIN_LIFELINE"
	LifelineStdin = "stdin"

	// EnvReattach tells a host which running plugins to use instead of starting
	// them: a JSON object of [Reattach] by plugin name.
	EnvReattach = "LAZYSCRIBE_PLUGIN_REATTACH"
)

// ArgDescribe is the argument with which a plugin prints its description as
// JSON, ArgDebug the one with which it serves until it is interrupted.
const (
	ArgDescribe = "describe"
	ArgDebug    = "--debug"
)

// A Reattach says how to reach a plugin that somebody else started, such as a
// debugger.
type Reattach struct {
	Pid     int    `json:"pid"`
	Network string `json:"network"` // "unix" or "tcp"
	Address string `json:"address"`
}

// Limits of the protocol.
const (
	MaxData    = 1 << 20 // bytes in a Data frame
	MaxFrame   = 2 << 20 // bytes in a message, as its receiver accepts it
	MaxNesting = 256     // levels of arrays, maps and tags in a value
	MaxItem    = 1 << 28 // bytes of one item of a sequence
)
