// Package python holds the file that authors of plugins in Python need beside
// theirs, for tools that put it there. It is Go only to be embedded.
package python

import _ "embed"

// FileName is what the file has to be called to be imported.
const FileName = "lazyscribe_plugin.py"

//go:embed lazyscribe_plugin.py
var file []byte

// File returns the text of the file.
func File() []byte { return append([]byte(nil), file...) }
