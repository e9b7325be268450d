package archive

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A vetting looks at a text before it becomes a part of a package: anybody may have
// written it. Restoring a text runs only functions that the program registered; a
// package has no such list, so what is not a declaration as archives have them is
// refused, and so is whatever is not a type of those packages of the standard library
// that reach out of the program. Constructors of other packages are called as they
// are when an object is asked for.
type vetting struct {
	set     *token.FileSet
	imports map[string]string // paths by local names
	private string            // why no package can import the types; "": any can
	err     error
}

// Vet looks at a text that anybody may have written before a package is made of it,
// as [Export] does. It returns why no package can have the text, "" if one can, and a
// [*TextError] where the text does more than an archive's. The constructors of
// packages that are not the standard library's are not judged: the package calls them.
func Vet(text []byte) (private string, err error) {
	v := vetting{set: token.NewFileSet(), imports: map[string]string{}}
	file, err := parser.ParseFile(v.set, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		at := &TextError{Err: fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)}
		if list, ok := errors.AsType[scanner.ErrorList](err); ok {
			at.Line, at.Column, at.Err = list[0].Pos.Line, list[0].Pos.Column, fmt.Errorf("%w: %s", artifacts.ErrCorrupt, list[0].Msg)
		}
		return "", at
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			// The rest are directives, to the compiler or to go generate.
			if c.Text != "//" && !strings.HasPrefix(c.Text, "// ") {
				v.refuse(c, "this comment")
			}
		}
	}
	for _, d := range file.Decls {
		v.declaration(d)
	}
	return v.private, v.err
}

func (v *vetting) refuse(n ast.Node, what string) {
	if v.err == nil {
		p := v.set.Position(n.Pos())
		v.err = &TextError{p.Line, p.Column, fmt.Errorf("%w: %s is not what archives write", artifacts.ErrCorrupt, what)}
	}
}

func (v *vetting) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		// func X() T { return onceX() }
		f := d.Type
		if d.Recv != nil || f.TypeParams != nil || f.Params.NumFields() > 0 || f.Results.NumFields() != 1 || !d.Name.IsExported() || d.Body == nil {
			v.refuse(d, "this function")
			return
		}
		ast.Inspect(d.Type, v.typeNode)
		v.returns(d.Body)
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ImportSpec:
				v.importSpec(s)
			case *ast.TypeSpec:
				if !s.Assign.IsValid() || s.TypeParams != nil {
					v.refuse(s, "this type")
				}
				ast.Inspect(s.Type, v.typeNode)
			case *ast.ValueSpec:
				ast.Inspect(s, v.node)
			}
		}
	}
}

func (v *vetting) importSpec(s *ast.ImportSpec) {
	p, err := strconv.Unquote(s.Path.Value)
	local := path.Base(p)
	if s.Name != nil {
		local = s.Name.Name
	}
	if err != nil || slices.Contains([]string{"C", "unsafe", "embed"}, p) || local == "_" || local == "." {
		v.refuse(s, "this import")
	}
	v.imports[local] = p
	if p == "main" || p == "command-line-arguments" || strings.HasSuffix(p, "_test") {
		v.private = "package " + strconv.Quote(p)
	}
}

// returns looks at a body, which has to return something and nothing else.
func (v *vetting) returns(body *ast.BlockStmt) {
	if len(body.List) == 1 {
		if r, ok := body.List[0].(*ast.ReturnStmt); ok && len(r.Results) == 1 {
			ast.Inspect(r.Results[0], v.node)
			return
		}
	}
	v.refuse(body, "this body")
}

// node looks at a part of a declaration that may be an expression.
func (v *vetting) node(n ast.Node) bool {
	switch n := n.(type) {
	case nil, *ast.BasicLit, *ast.Ident, *ast.KeyValueExpr, *ast.StarExpr, *ast.ParenExpr, *ast.IndexExpr, *ast.IndexListExpr,
		*ast.CommentGroup, *ast.Comment:
		return true
	case *ast.ValueSpec:
		v.typed(n.Type)
		for _, value := range n.Values {
			ast.Inspect(value, v.node)
		}
	case *ast.CompositeLit:
		v.typed(n.Type)
		for _, element := range n.Elts {
			ast.Inspect(element, v.node)
		}
	case *ast.ArrayType, *ast.MapType, *ast.StructType, *ast.InterfaceType, *ast.FuncType, *ast.ChanType:
		ast.Inspect(n, v.typeNode)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			v.refuse(n, "this receive")
		}
		return true
	case *ast.SelectorExpr:
		if pkg := v.selector(n); reaches(pkg, n.Sel.Name) {
			v.refuse(n, "this name")
		}
	case *ast.CallExpr:
		if p, ok := n.Fun.(*ast.ParenExpr); ok {
			if _, ok := p.X.(*ast.StarExpr); ok { // (*T)(nil)
				v.typed(p)
				for _, arg := range n.Args {
					ast.Inspect(arg, v.node)
				}
				return false
			}
		}
		return true
	case *ast.FuncLit:
		ast.Inspect(n.Type, v.typeNode)
		v.returns(n.Body)
	default:
		v.refuse(n, "this")
	}
	return false
}

// typed looks at what can only be a type, if it is there.
func (v *vetting) typed(e ast.Expr) {
	if e != nil {
		ast.Inspect(e, v.typeNode)
	}
}

// typeNode looks at a part of what can only be a type: of any package, as types do
// nothing.
func (v *vetting) typeNode(n ast.Node) bool {
	switch n := n.(type) {
	case nil, *ast.BasicLit, *ast.Ident, *ast.StarExpr, *ast.ParenExpr, *ast.IndexExpr, *ast.IndexListExpr,
		*ast.ArrayType, *ast.MapType, *ast.StructType, *ast.InterfaceType, *ast.FuncType, *ast.ChanType,
		*ast.FieldList, *ast.Field, *ast.CommentGroup, *ast.Comment, *ast.Ellipsis:
		return true
	case *ast.SelectorExpr:
		v.selector(n)
	default:
		v.refuse(n, "this")
	}
	return false
}

// selector returns the path of the package that a name is of.
func (v *vetting) selector(n *ast.SelectorExpr) string {
	pkg := ""
	if x, ok := n.X.(*ast.Ident); ok {
		pkg = v.imports[x.Name]
	}
	if pkg == "" {
		v.refuse(n, "this selector")
	}
	if !n.Sel.IsExported() {
		v.private = n.Sel.Name + " is not exported"
	}
	return pkg
}

// outward are the packages of the standard library, and those below them, that
// reach out of the program, with the names in them that values are made by.
var outward = map[string][]string{
	"os": {"FileMode"}, "syscall": {"Errno", "Signal"}, "net": {"IP", "IPMask", "HardwareAddr", "Flags"},
	"net/http": {"Header", "SameSite", "ConnState"}, "net/netip": {"MustParseAddr", "MustParsePrefix", "MustParseAddrPort"}, "net/url": {"Values"},
	"runtime": nil, "log": nil, "log/slog": {"Level"}, "plugin": nil, "testing": nil, "flag": nil, "io/ioutil": nil, "reflect": {"Kind", "ChanDir"}, "debug": nil,
	"crypto/tls": nil, "database/sql": {"RawBytes", "IsolationLevel"}, "expvar": nil, "go": nil, "go/token": {"Pos", "Token"}, "path/filepath": nil, "text/template": nil,
	"html/template": {"CSS", "HTML", "HTMLAttr", "JS", "JSStr", "Srcset", "URL"},
}

// reaches reports whether a name of a package may be more than a value.
func reaches(pkg, name string) bool {
	for p := pkg; p != "." && p != "/"; p = path.Dir(p) {
		if names, ok := outward[p]; ok {
			return p != pkg || !slices.Contains(names, name)
		}
	}
	return false
}
