package query

import (
	"reflect"
	"regexp"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// A patcher rewrites an expression so that missing values do not end it: access
// to parts of what is only known at run time, and operators on it, become calls
// of the functions in logic.go. What the compiler knows the type of stays as it
// is, and as fast. It also notes which names the expression uses.
//
// It visits a node after its children.
type patcher struct {
	names map[string]bool
}

// predicates are the built-in functions whose closure answers yes or no.
var predicates = []string{"all", "any", "none", "one", "filter", "count", "find", "findIndex", "findLast", "findLastIndex"}

func (p *patcher) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		p.names[n.Value] = true
	case *ast.MemberNode:
		if !n.Method && !isStruct(n.Node) {
			ast.Patch(node, call(fetchFunction, n.Node, n.Property))
		}
	case *ast.UnaryNode:
		if known(n.Node) {
			return
		}
		switch n.Operator {
		case "not", "!":
			ast.Patch(node, call(notFunction, n.Node))
		case "-":
			ast.Patch(node, call(operatorFunction("-"), &ast.IntegerNode{}, n.Node))
		}
	case *ast.BinaryNode:
		p.binary(node, n)
	case *ast.ConditionalNode:
		n.Cond = decided(n.Cond)
	case *ast.BuiltinNode:
		if !slices.Contains(predicates, n.Name) {
			return
		}
		for _, arg := range n.Arguments {
			if closure, ok := arg.(*ast.PredicateNode); ok {
				closure.Node = decided(closure.Node)
			}
		}
	}
}

func (p *patcher) binary(node *ast.Node, n *ast.BinaryNode) {
	switch {
	case operators[n.Operator] == nil, known(n.Left) && known(n.Right):
	case isNil(n.Left), isNil(n.Right):
		// "x == nil" asks whether x is missing; that has an answer.
	default:
		right := n.Right
		if text, ok := right.(*ast.StringNode); ok && n.Operator == "matches" {
			// Compiled here, once; the compiler has refused a wrong one.
			if re, err := regexp.Compile(text.Value); err == nil {
				right = &ast.ConstantNode{Value: re}
			}
		}
		ast.Patch(node, call(operatorFunction(n.Operator), n.Left, right))
	}
}

// decided makes an answer of three values one of two: what is not known is not
// true.
func decided(n ast.Node) ast.Node {
	if known(n) {
		return n
	}
	var node ast.Node = n
	ast.Patch(&node, call(trueFunction, n))
	return node
}

func call(function string, args ...ast.Node) ast.Node {
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: function}, Arguments: args}
}

// known reports whether the compiler knows the kind of a node's value, so that
// it cannot be missing.
func known(n ast.Node) bool {
	if isNil(n) {
		return false
	}
	t := n.Type()
	return t != nil && t.Kind() != reflect.Interface
}

func isNil(n ast.Node) bool {
	_, ok := n.(*ast.NilNode)
	return ok
}

func isStruct(n ast.Node) bool {
	t := n.Type()
	return t != nil && t.Kind() == reflect.Struct
}
