package sdk

import (
	"reflect"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
)

// setFields sets the fields of a struct that settings name. What was set by then
// stays if it fails.
func setFields(s reflect.Value, settings map[string]any) error {
	values := artifacts.ReadSettings(settings)
	if s.Kind() == reflect.Struct {
		for f := range s.Type().Fields() {
			if name, ok := settingName(f); ok {
				setField(s.FieldByIndex(f.Index), values, name)
			}
		}
	}
	return values.Err()
}

// settingName is the tag's name, or the field's in lower case.
func settingName(f reflect.StructField) (string, bool) {
	tag := f.Tag.Get("json")
	if !f.IsExported() || tag == "-" {
		return "", false
	}
	if name, _, _ := strings.Cut(tag, ","); name != "" {
		return name, true
	}
	return strings.ToLower(f.Name), true
}

func setField(field reflect.Value, values *artifacts.Settings, name string) {
	value, given := values.Value(name)
	if !given {
		return
	}
	tooLarge := func() { values.Fail(name, "a number that fits "+field.Type().String()) }
	switch {
	case field.Kind() == reflect.Bool:
		field.SetBool(values.Bool(name, false))
	case field.Kind() == reflect.String:
		field.SetString(values.Text(name, ""))
	case field.CanInt():
		n := int64(values.Int(name, 0))
		if field.OverflowInt(n) {
			tooLarge()
			return
		}
		field.SetInt(n)
	case field.CanUint():
		n := values.Int(name, 0)
		if n < 0 || field.OverflowUint(uint64(n)) {
			tooLarge()
			return
		}
		field.SetUint(uint64(n))
	case field.CanFloat():
		x := values.Float(name, 0)
		if field.OverflowFloat(x) {
			tooLarge()
			return
		}
		field.SetFloat(x)
	default:
		setOther(field, values, name, value)
	}
}

// setOther lets a setting cross into a field's type as a value would.
func setOther(field reflect.Value, values *artifacts.Settings, name string, value any) {
	target := reflect.New(field.Type())
	data, err := wire.Marshal(value)
	if err == nil {
		err = wire.Unmarshal(data, target.Interface())
	}
	if err != nil {
		values.Fail(name, "a "+field.Type().String())
		return
	}
	field.Set(target.Elem())
}
