package artifacttest

import (
	"bytes"
	"math/rand/v2"
	"slices"
)

// checkTruncated cuts the file everywhere: what is left is an error or, where
// nothing of importance was cut off, the same value.
func checkTruncated(s *suite, c Case) {
	file, ok := s.encode(c)
	if !ok {
		return
	}
	for _, n := range places(len(file), 400) {
		target := c.target()
		err := s.decode(bytes.NewReader(file[:n]), target)
		if err == nil && !c.OpenEnded && !c.equal(content(target), c.want()) {
			s.errorf("Decode of the first %d of %d bytes silently gives %#v", n, len(file), content(target))
			return
		}
		if !s.untouched(err, target, n) {
			return
		}
	}
}

// damagedFiles is the number of damaged files tried for each case.
const damagedFiles = 500

// checkDamaged changes the file at random, the same way each time the check is
// run. A format need not notice, but it must not panic, and not touch the
// target if it does.
func checkDamaged(s *suite, c Case) {
	file, ok := s.encode(c)
	if !ok {
		return
	}
	random := rand.New(rand.NewPCG(1, uint64(len(file))))
	for range damagedFiles {
		damaged := slices.Clone(file)
		for range 1 + random.IntN(3) {
			damaged = damage(random, damaged)
		}
		target := c.target()
		err := s.decode(bytes.NewReader(damaged), target)
		if !s.untouched(err, target, len(damaged)) {
			return
		}
	}
}

func damage(random *rand.Rand, file []byte) []byte {
	if len(file) == 0 {
		return []byte{byte(random.Uint32())}
	}
	i := random.IntN(len(file))
	j := min(len(file), i+1+random.IntN(8))
	switch random.IntN(5) {
	case 0: // one bit
		file[i] ^= 1 << random.IntN(8)
	case 1: // one byte
		file[i] = byte(random.Uint32())
	case 2: // bytes that often mean large numbers
		for k := i; k < j; k++ {
			file[k] = 0xff
		}
	case 3: // bytes lost
		file = slices.Delete(file, i, j)
	case 4: // bytes twice
		file = slices.Insert(file, i, slices.Clone(file[i:j])...)
	}
	return file
}
