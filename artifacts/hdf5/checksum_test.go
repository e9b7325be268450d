package hdf5

import "testing"

// The values are those that the author of the hash gives for it: of nothing, and of
// this text with the initial value 0 (lookup3.c, driver5).
func TestLookup3(t *testing.T) {
	for text, want := range map[string]uint32{
		"":                               0xdeadbeef,
		"Four score and seven years ago": 0x17770551,
	} {
		if got := lookup3([]byte(text)); got != want {
			t.Errorf("lookup3(%q) = %#x, want %#x", text, got, want)
		}
	}
}

// The values are those of the checksum's definition, computed by hand: the sums of
// the words 0x6162, 0x6364 and so on, and the sums of these sums, of which what is
// above 0xffff is added to what is below.
func TestFletcher32(t *testing.T) {
	for text, want := range map[string]uint32{
		"":                 0,
		"ab":               0x61626162,
		"abc":              0x25c5c462, // 0x6162 + 0x6300 = 0xc462; 0x6162 + 0xc462 = 0x125c4
		"abcd":             0x2629c4c6, // 0x6162 + 0x6364 = 0xc4c6; 0x6162 + 0xc4c6 = 0x12628
		"\x00\x00":         0,
		"\xff\xff\xff\xff": 0xffffffff,
	} {
		if got := fletcher32([]byte(text)); got != want {
			t.Errorf("fletcher32(%q) = %#x, want %#x", text, got, want)
		}
	}
}
