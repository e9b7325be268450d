package pyjson

// skipBroken finds the end of a list element that is not JSON, by matching
// quotes and brackets alone. It returns -1 when they do not match. What follows
// is for the caller to judge.
func skipBroken(d []byte, start int) int {
	if start >= len(d) {
		return -1
	}
	switch d[start] {
	case '{', '[':
		return skipBrackets(d, start)
	case '"':
		return skipQuotes(d, start)
	}
	return skipWord(d, start)
}

// skipWord finds the end of what can only be a broken number or name.
func skipWord(d []byte, start int) int {
	for i := start; i < len(d); i++ {
		switch d[i] {
		case ' ', '\n', '\r', '\t', ',', ']':
			if i == start {
				return -1
			}
			return i
		case '"', '{', '}', '[':
			return -1
		}
	}
	return -1
}

// skipBrackets finds the end of the brackets that open at start.
func skipBrackets(d []byte, start int) int {
	var objects []uint64 // bit per open level: it is an object
	depth := 0
	for i := start; i < len(d); {
		switch c := d[i]; c {
		case '"':
			if i = skipQuotes(d, i); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			if depth/64 == len(objects) {
				objects = append(objects, 0)
			}
			objects[depth/64] &^= 1 << (depth % 64)
			if c == '{' {
				objects[depth/64] |= 1 << (depth % 64)
			}
			depth++
		case ']', '}':
			depth--
			if c != closer(objects[depth/64]>>(depth%64)&1 != 0) {
				return -1
			}
			if depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// skipQuotes finds the end of the string that opens at start.
func skipQuotes(d []byte, start int) int {
	for i := start + 1; i < len(d); i++ {
		switch d[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return -1
}
