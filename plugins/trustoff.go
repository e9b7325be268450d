package plugins

import "os"

// EnvPlugins names the variable of the environment that, set to "off", switches
// all plugins off.
const EnvPlugins = "LAZYSCRIBE_PLUGINS"

// Off reports whether the user switched plugins off.
func Off() bool { return os.Getenv(EnvPlugins) == "off" }
