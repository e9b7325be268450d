package artifacts

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Settings reads settings by name, for handlers that are [Configurable]. Each
// method returns the setting converted to its type, or the value it was given
// if the setting is absent. Mistakes are collected, also that of a name nobody
// asked for, and returned by [Settings.Err]:
//
//	func (h Grid) Configure(settings map[string]any) (artifacts.Handler, error) {
//		s := artifacts.ReadSettings(settings)
//		h.Columns = s.Int("columns", h.Columns)
//		h.Compress = s.Bool("compress", h.Compress)
//		return h, s.Err()
//	}
//
// Values may be of any Go kind that fits, or strings as a command line has
// them. A Settings is for one goroutine.
type Settings struct {
	values map[string]any
	asked  map[string]bool
	errs   []error
}

// ReadSettings begins the reading of settings, which it does not change.
func ReadSettings(settings map[string]any) *Settings {
	return &Settings{values: settings, asked: make(map[string]bool)}
}

// Value returns the setting as it is and whether it is present.
func (s *Settings) Value(name string) (any, bool) {
	s.asked[name] = true
	v, ok := s.values[name]
	return v, ok
}

// Fail records that a setting's value cannot be used, and why.
func (s *Settings) Fail(name, want string) {
	s.errs = append(s.errs, fmt.Errorf("setting %q is %#v, want %s", name, s.values[name], want))
}

// Bool reads a truth value; strings are those of [strconv.ParseBool].
func (s *Settings) Bool(name string, otherwise bool) bool {
	return setting(s, name, otherwise, "true or false", func(v reflect.Value) (bool, bool) {
		switch v.Kind() {
		case reflect.Bool:
			return v.Bool(), true
		case reflect.String:
			b, err := strconv.ParseBool(v.String())
			return b, err == nil
		}
		return false, false
	})
}

// Int reads a whole number.
func (s *Settings) Int(name string, otherwise int) int {
	return setting(s, name, otherwise, "a whole number", func(v reflect.Value) (int, bool) {
		switch {
		case v.CanInt():
			return int(v.Int()), int64(int(v.Int())) == v.Int()
		case v.CanUint():
			return int(v.Uint()), int(v.Uint()) >= 0 && uint64(int(v.Uint())) == v.Uint()
		case v.CanFloat():
			// Numbers that came through JSON or TOML are floats, even when whole.
			f := v.Float()
			return int(f), f == float64(int32(f))
		case v.Kind() == reflect.String:
			n, err := strconv.Atoi(v.String())
			return n, err == nil
		}
		return 0, false
	})
}

// Float reads a number.
func (s *Settings) Float(name string, otherwise float64) float64 {
	return setting(s, name, otherwise, "a number", func(v reflect.Value) (float64, bool) {
		switch {
		case v.CanInt():
			return float64(v.Int()), true
		case v.CanUint():
			return float64(v.Uint()), true
		case v.CanFloat():
			return v.Float(), true
		case v.Kind() == reflect.String:
			f, err := strconv.ParseFloat(v.String(), 64)
			return f, err == nil
		}
		return 0, false
	})
}

// Text reads a string.
func (s *Settings) Text(name, otherwise string) string {
	return setting(s, name, otherwise, "a string", func(v reflect.Value) (string, bool) {
		if v.Kind() != reflect.String {
			return "", false
		}
		return v.String(), true
	})
}

// Err returns what was wrong with the settings: values that could not be
// converted, and names that no method was called with.
func (s *Settings) Err() error {
	errs := slices.Clone(s.errs)
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		if s.asked[name] {
			continue
		}
		known := strings.Join(slices.Sorted(maps.Keys(s.asked)), ", ")
		if known == "" {
			known = "none"
		}
		errs = append(errs, fmt.Errorf("unknown setting %q (known: %s)", name, known))
	}
	return errors.Join(errs...)
}

func setting[T any](s *Settings, name string, otherwise T, want string, convert func(reflect.Value) (T, bool)) T {
	v, ok := s.Value(name)
	if !ok {
		return otherwise
	}
	converted, ok := convert(reflect.ValueOf(v))
	if !ok {
		s.Fail(name, want)
		return otherwise
	}
	return converted
}
