// Package archtest holds no code: its test proves the import rules of the module
// and says, with each violation, why the rule is there. ARCHITECTURE.md shows
// the same rules as a picture.
package archtest
