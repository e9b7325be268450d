//go:build race

package strain

const withRace = true
