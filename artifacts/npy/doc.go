// Package npy is the handler of the format "npy": one array of numbers, as
// numpy.save writes it and numpy.load reads it. A blank import registers it:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/artifacts/npy"
//
// The format is numpy's NEP 1 with its later versions 2.0 and 3.0, which allow
// longer headers and names outside of ASCII. Version 1.0 is written, byte for
// byte what numpy writes.
//
// # Values
//
// Numbers and bools, slices and arrays of them nested to any depth whose rows
// are equally long ([][]float64, [3]int, [][2][]complex64, also of named types),
// an [Array], and pointers to these. A number alone is an array without axes.
// int and uint are as wide as they are on the machine.
//
// # Targets
//
// A pointer to the same, where the file's numbers fit: a type that holds every
// number of the file's is taken (float32 is read into float64, uint16 into int),
// one that might not is [artifacts.ErrTargetType] whatever the numbers are. A
// *any gets an [Array], which every file fits.
//
// Strings, dates, structured and long double arrays have no counterpart here and
// are refused by the name of their dtype, as are arrays of Python objects, which
// are pickles. [ReadHeader] tells what is in such a file.
//
// # Memory
//
// The array is in memory once while it is read; once more where numbers lie in
// Fortran order and the target is nested slices. What a header says about the
// size is believed as far as bytes follow. Files are not mapped into memory: a
// file that shrinks under a mapping ends the process.
//
// # Concurrency and errors
//
// Handlers are values without state. A damaged file is [artifacts.ErrCorrupt],
// also if something follows the array.
package npy
