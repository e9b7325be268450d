// Package pluginpb is the code generated from the protocol of plugins, and its
// descriptors (handler.binpb) for languages that read them at run time.
// Specification: plugins/PROTOCOL.md.
package pluginpb

//go:generate go run -C ../../tools ./protogen
