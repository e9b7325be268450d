package params

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"reflect"
	"strconv"
)

// longArray is the number of elements from which on an array of numbers is
// hashed by its bytes: a text of a hundred thousand numbers takes long to make
// and nobody reads it.
const longArray = 1024

// dtypes are numpy's names of the kinds of numbers, in little-endian order.
var dtypes = map[reflect.Kind]string{
	reflect.Int8: "|i1", reflect.Int16: "<i2", reflect.Int32: "<i4", reflect.Int64: "<i8", reflect.Int: "<i8",
	reflect.Uint8: "|u1", reflect.Uint16: "<u2", reflect.Uint32: "<u4", reflect.Uint64: "<u8", reflect.Uint: "<u8",
	reflect.Float32: "<f4", reflect.Float64: "<f8", reflect.Complex64: "<c8", reflect.Complex128: "<c16",
}

// dtypeOf returns the name of a type of numbers, "" of any other: one that says
// itself what stands for it is not taken by its bytes.
func dtypeOf(t reflect.Type) string {
	if t == typeDuration || t.PkgPath() != "" && infoOf(t).traits != 0 {
		return ""
	}
	return dtypes[t.Kind()]
}

// appendArray writes what stands for a long array of numbers: the digest of its
// bytes, as numpy's tobytes gives them, after the zeros and the NaNs were made
// equal.
func appendArray(out []byte, v reflect.Value, dtype string) []byte {
	h := sha256.New()
	buf := make([]byte, 0, 8<<10)
	for i := range v.Len() {
		buf = appendElement(buf, v.Index(i))
		if len(buf) > cap(buf)-16 {
			h.Write(buf)
			buf = buf[:0]
		}
	}
	h.Write(buf)
	out = append(out, `{"$array":`...)
	out = appendString(out, "sha256:"+hex.EncodeToString(h.Sum(nil)))
	out = append(out, `,"dtype":`...)
	out = appendString(out, dtype)
	out = append(out, `,"shape":[`...)
	return append(strconv.AppendInt(out, int64(v.Len()), 10), "]}"...)
}

func appendElement(buf []byte, v reflect.Value) []byte {
	le := binary.LittleEndian
	switch v.Kind() {
	case reflect.Int8:
		return append(buf, byte(v.Int()))
	case reflect.Uint8:
		return append(buf, byte(v.Uint()))
	case reflect.Int16:
		return le.AppendUint16(buf, uint16(v.Int()))
	case reflect.Uint16:
		return le.AppendUint16(buf, uint16(v.Uint()))
	case reflect.Int32:
		return le.AppendUint32(buf, uint32(v.Int()))
	case reflect.Uint32:
		return le.AppendUint32(buf, uint32(v.Uint()))
	case reflect.Int64, reflect.Int:
		return le.AppendUint64(buf, uint64(v.Int()))
	case reflect.Uint64, reflect.Uint:
		return le.AppendUint64(buf, v.Uint())
	case reflect.Float32:
		return le.AppendUint32(buf, bits32(v.Float()))
	case reflect.Float64:
		return le.AppendUint64(buf, bits64(v.Float()))
	case reflect.Complex64:
		c := v.Complex()
		return le.AppendUint32(le.AppendUint32(buf, bits32(real(c))), bits32(imag(c)))
	default: // complex128; dtypeOf let no other kind through
		c := v.Complex()
		return le.AppendUint64(le.AppendUint64(buf, bits64(real(c))), bits64(imag(c)))
	}
}

// Bits of the one NaN: positive and quiet, as numpy.nan is.
const (
	nan32 = 0x7fc00000
	nan64 = 0x7ff8000000000000
)

func bits32(f float64) uint32 {
	switch {
	case math.IsNaN(f):
		return nan32
	case f == 0:
		return 0
	}
	return math.Float32bits(float32(f))
}

func bits64(f float64) uint64 {
	switch {
	case math.IsNaN(f):
		return nan64
	case f == 0:
		return 0
	}
	return math.Float64bits(f)
}
