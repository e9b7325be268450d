// Package termimage draws pictures on terminals: as pictures where the terminal
// is known to show them, elsewhere as coloured blocks.
//
// What is written is made here of the pixels, so nothing that a file holds gets to
// the terminal as it is. Sixel graphics are left out: they need a palette made for
// each picture, and the terminals that have nothing else show the blocks.
//
// Functions keep nothing. Errors are those of the writer.
package termimage
