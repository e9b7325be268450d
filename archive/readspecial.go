package archive

import (
	"go/token"
	"math"
	"reflect"
	"time"
)

func nan(args []int) (float64, bool) { return math.NaN(), len(args) == 0 }

func infinity(args []int) (float64, bool) {
	if len(args) != 1 {
		return 0, false
	}
	return math.Inf(args[0]), true
}

func zero(args []int) (float64, bool) {
	if len(args) != 2 || args[0] != 0 {
		return 0, false
	}
	return math.Copysign(0, float64(args[1])), true
}

// special reads a call that stands for a number without a literal.
func (r *reader) special(pos token.Pos, dst reflect.Value, of func(args []int) (float64, bool)) error {
	if err := r.skip(token.LPAREN); err != nil {
		return err
	}
	var args []int
	for r.tok != token.RPAREN {
		if len(args) > 0 {
			if err := r.skip(token.COMMA); err != nil {
				return err
			}
		}
		n, err := r.integer()
		if err != nil {
			return err
		}
		args = append(args, n)
	}
	f, ok := of(args)
	if !ok {
		return r.corrupt(pos, "archives do not write this number so")
	}
	if err := r.next(); err != nil {
		return err
	}
	if dst.CanFloat() {
		dst.SetFloat(f)
		return nil
	}
	return r.assign(pos, dst, reflect.ValueOf(f))
}

// date reads time.Date(year, month, day, hour, minute, second, nanosecond, zone).
func (r *reader) date(pos token.Pos, dst reflect.Value) error {
	if err := r.skip(token.LPAREN); err != nil {
		return err
	}
	var n [7]int
	for i := range n {
		var err error
		if n[i], err = r.integer(); err != nil {
			return err
		}
		if err := r.skip(token.COMMA); err != nil {
			return err
		}
	}
	zone, err := r.zone()
	if err != nil {
		return err
	}
	if err := r.skip(token.RPAREN); err != nil {
		return err
	}
	return r.assign(pos, dst, reflect.ValueOf(time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], n[6], zone)))
}

func (r *reader) zone() (*time.Location, error) {
	pos := r.pos
	local, err := r.ident()
	if err != nil {
		return nil, err
	}
	switch full, err := r.qualified(pos, local); {
	case err != nil:
		return nil, err
	case full == "time.UTC":
		return time.UTC, nil
	case full != "time.FixedZone":
		return nil, r.corrupt(pos, "%s is not a zone that archives write", full)
	}
	if err := r.skip(token.LPAREN); err != nil {
		return nil, err
	}
	name, err := r.text()
	if err != nil {
		return nil, err
	}
	if err := r.skip(token.COMMA); err != nil {
		return nil, err
	}
	offset, err := r.integer()
	if err != nil {
		return nil, err
	}
	return time.FixedZone(name, offset), r.skip(token.RPAREN)
}
