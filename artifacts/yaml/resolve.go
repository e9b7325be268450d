package yaml

import (
	"encoding/base64"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// The short forms of the tags of YAML 1.1 (yaml.org/type) that SafeLoader reads.
const (
	nullTag   = "!!null"
	boolTag   = "!!bool"
	intTag    = "!!int"
	floatTag  = "!!float"
	stringTag = "!!str"
	timeTag   = "!!timestamp"
	binaryTag = "!!binary"
	mergeTag  = "!!merge"
	valueTag  = "!!value"

	listTag  = "!!seq"
	mapTag   = "!!map"
	setTag   = "!!set"
	omapTag  = "!!omap"
	pairsTag = "!!pairs"
)

// plainTag returns what a plain scalar is by YAML 1.1, as PyYAML 6 reads it.
func plainTag(s string) string {
	if s == "" {
		return nullTag
	}
	switch c := s[0]; {
	case c >= '0' && c <= '9', c == '-', c == '+', c == '.':
		switch {
		case isInt(s):
			return intTag
		case isFloat(s):
			return floatTag
		case isTimestamp(s):
			return timeTag
		}
		return stringTag
	}
	switch s {
	case "~", "null", "Null", "NULL":
		return nullTag
	case "yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE",
		"false", "False", "FALSE", "on", "On", "ON", "off", "Off", "OFF":
		return boolTag
	case "<<":
		return mergeTag
	case "=":
		return valueTag
	}
	return stringTag
}

// tagOf returns the tag of a node that is no alias: the one it has or the one
// its form implies.
func tagOf(n *yaml.Node) string {
	if n.Style&yaml.TaggedStyle != 0 {
		return n.Tag
	}
	switch n.Kind {
	case yaml.SequenceNode:
		return listTag
	case yaml.MappingNode:
		return mapTag
	}
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if n.Style&quoted != 0 {
		return stringTag
	}
	return plainTag(n.Value)
}

// checkTag refuses a tag that is unknown or on a node of the wrong form.
func checkTag(n *yaml.Node, tag string) error {
	var want yaml.Kind
	switch tag {
	case nullTag, boolTag, intTag, floatTag, stringTag, timeTag, binaryTag:
		want = yaml.ScalarNode
	case listTag, omapTag, pairsTag:
		want = yaml.SequenceNode
	case mapTag, setTag:
		want = yaml.MappingNode
	case mergeTag, valueTag:
		return at(n, artifacts.ErrCorrupt, "%.20q has no meaning here", n.Value)
	default:
		kind := "of a program"
		if strings.HasPrefix(tag, "!!python/") {
			kind = "of a Python object, which is not plain data"
		}
		return at(n, artifacts.ErrUnsupportedValue, "the tag %.100q is %s", tag, kind)
	}
	if n.Kind != want {
		return at(n, artifacts.ErrCorrupt, "the tag %q is on a node of another form", tag)
	}
	return nil
}

// scalar returns the value of a scalar: nil, bool, int64, *big.Int, float64,
// string, time.Time or []byte.
func scalar(n *yaml.Node, tag string) (any, error) {
	var value any
	var err error
	switch tag {
	case nullTag:
		return nil, nil
	case stringTag:
		return n.Value, nil
	case boolTag:
		switch strings.ToLower(n.Value) {
		case "yes", "true", "on":
			return true, nil
		case "no", "false", "off":
			return false, nil
		}
		return nil, at(n, artifacts.ErrCorrupt, "%.20q is no bool", n.Value)
	case intTag:
		value, err = parseInt(n.Value)
	case floatTag:
		value, err = parseFloat(n.Value)
	case timeTag:
		value, err = parseTimestamp(n.Value)
	case binaryTag:
		value, err = parseBinary(n.Value)
	}
	if err != nil {
		return nil, at(n, artifacts.ErrCorrupt, "%v", err)
	}
	return value, nil
}

// parseBinary reads base64. Blanks and line ends may be anywhere in it.
func parseBinary(s string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\n' {
			return -1
		}
		return r
	}, s))
}
