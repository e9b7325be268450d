package query

import (
	"regexp"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm/runtime"
)

// The functions a patched expression calls. No expression can name them: an
// identifier does not begin with a question mark.
const (
	fetchFunction = "?." // part of a value
	notFunction   = "?!"
	trueFunction  = "?" // whether an answer is a plain yes
)

func operatorFunction(operator string) string { return "?" + operator }

// operators answer nil where an operand is missing or of the wrong kind. They
// may panic for the latter.
var operators = map[string]func(a, b any) any{
	"&&":  and,
	"and": and,
	"||":  or,
	"or":  or,

	"==": func(a, b any) any { return runtime.Equal(a, b) },
	"!=": func(a, b any) any { return !runtime.Equal(a, b) },
	"<":  func(a, b any) any { return runtime.Less(a, b) },
	"<=": func(a, b any) any { return runtime.LessOrEqual(a, b) },
	">":  func(a, b any) any { return runtime.More(a, b) },
	">=": func(a, b any) any { return runtime.MoreOrEqual(a, b) },

	"+":  runtime.Add,
	"-":  runtime.Subtract,
	"*":  runtime.Multiply,
	"/":  func(a, b any) any { return runtime.Divide(a, b) },
	"%":  func(a, b any) any { return runtime.Modulo(a, b) },
	"**": func(a, b any) any { return runtime.Exponent(a, b) },
	"^":  func(a, b any) any { return runtime.Exponent(a, b) },

	"in":         func(a, b any) any { return runtime.In(a, b) },
	"contains":   func(a, b any) any { return strings.Contains(a.(string), b.(string)) },
	"startsWith": func(a, b any) any { return strings.HasPrefix(a.(string), b.(string)) },
	"endsWith":   func(a, b any) any { return strings.HasSuffix(a.(string), b.(string)) },
	"matches":    matches,
}

func functions() []expr.Option {
	options := []expr.Option{
		expr.Function(fetchFunction, func(args ...any) (any, error) { return total(fetch, args[0], args[1]), nil }, new(func(any, any) any)),
		expr.Function(notFunction, func(args ...any) (any, error) { return not(args[0]), nil }, new(func(any) any)),
		expr.Function(trueFunction, func(args ...any) (any, error) { return args[0] == true, nil }, new(func(any) bool)),
	}
	for name, apply := range operators {
		f := func(args ...any) (any, error) { return operate(name, apply, args[0], args[1]), nil }
		options = append(options, expr.Function(operatorFunction(name), f, new(func(any, any) any)))
	}
	return options
}

// operate applies an operator. Only "and" and "or" can do with one operand.
func operate(name string, apply func(a, b any) any, a, b any) any {
	switch name {
	case "&&", "and", "||", "or":
		return apply(a, b)
	}
	if a == nil || b == nil {
		return nil
	}
	return total(apply, a, b)
}

// total makes a function answer nil where it would panic.
func total(f func(a, b any) any, a, b any) (result any) {
	defer func() {
		if recover() != nil {
			result = nil
		}
	}()
	return f(a, b)
}

// fetch returns a part of a value by name or by place.
func fetch(from, part any) any {
	if m, ok := from.(map[string]any); ok {
		if name, ok := part.(string); ok {
			return m[name]
		}
	}
	if from == nil {
		return nil
	}
	return runtime.Fetch(from, part)
}

func and(a, b any) any {
	switch {
	case a == false, b == false:
		return false
	case a == true && b == true:
		return true
	}
	return nil
}

func or(a, b any) any {
	switch {
	case a == true, b == true:
		return true
	case a == false && b == false:
		return false
	}
	return nil
}

func not(a any) any {
	if answer, ok := a.(bool); ok {
		return !answer
	}
	return nil
}

func matches(a, b any) any {
	switch b := b.(type) {
	case *regexp.Regexp:
		return b.MatchString(a.(string))
	case string:
		re, err := regexp.Compile(b)
		if err != nil {
			return nil
		}
		return re.MatchString(a.(string))
	}
	return nil
}
