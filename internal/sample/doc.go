// Package sample makes projects for benchmarks: any number of experiments that
// are the same on every machine, about 1.6 KB each as a record of a manifest.
//
// A [Run] is what one experiment consists of. It can be logged through package
// experiment, and it can be written as the record Python lazyscribe 2.2.1 would
// write of it, by code that knows nothing but this one shape. The latter is as
// fast as an encoder can be, so it also serves as the limit to compare with.
//
// A [Training] is a set of parameters, to be hashed.
//
// Nothing here is safe to change concurrently; reading is.
package sample
