package query

import (
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"github.com/lazyscribe-go/lazyscribe/experiment"
)

// A Filter is an expression of github.com/expr-lang/expr that is true of some
// experiments. It sees the fields of a record by their names in manifests, with
// times as times.
//
// Where a value is missing, or of a kind that cannot be compared, a comparison
// is neither true nor false, and "not", "and" and "or" of it follow the logic
// of three values, as in SQL. An experiment matches if all of the expression is
// true.
type Filter struct {
	program *vm.Program
	machine vm.VM
	fill    []func(*record, *experiment.Experiment)
}

// ParseFilter compiles an expression. The error of a wrong one shows the place.
func ParseFilter(source string) (*Filter, error) {
	options := []expr.Option{expr.Env(record{}), expr.AsBool(), expr.Timezone("UTC")}
	// Types are checked in the expression as it was written: what is made of it
	// below has hardly any.
	if _, err := expr.Compile(source, options...); err != nil {
		return nil, placed(err, source)
	}
	p := &patcher{names: map[string]bool{}}
	options = append(options, expr.Patch(p))
	program, err := expr.Compile(source, append(options, functions()...)...)
	if err != nil {
		return nil, placed(err, source)
	}
	f := &Filter{program: program}
	for name, fill := range parts {
		if p.names[name] || p.names[wholeRecord] {
			f.fill = append(f.fill, fill)
		}
	}
	return f, nil
}

// wholeRecord is how an expression refers to all fields at once.
const wholeRecord = "$env"

// Match reports whether the expression is true of an experiment. What fails in
// it, such as a function given a value that is missing, is not true.
func (f *Filter) Match(e *experiment.Experiment) bool {
	var r record
	for _, fill := range f.fill {
		fill(&r, e)
	}
	result, err := f.machine.Run(f.program, &r)
	return err == nil && result == true
}

// placed makes one error text of what the compiler says, with the line of the
// expression and a mark below the place.
func placed(err error, source string) error {
	var at *file.Error
	if !errors.As(err, &at) {
		return fmt.Errorf("%w\n  %s", err, source)
	}
	// Lines and columns count from 1 and from 0; an error about the end of the
	// text may lie behind all of it.
	lines := strings.Split(source, "\n")
	line := lines[min(max(at.Line, 1), len(lines))-1]
	return fmt.Errorf("%s at column %d\n  %s\n  %s^", at.Message, at.Column+1, line, strings.Repeat(" ", at.Column))
}
