package dataset

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A vetting looks at the text of a value before it becomes a part of a package:
// anybody may have written it. Restoring a text runs only functions that the
// program registered; a package has no such list, so what is not a declaration as
// archives have them is refused, and so are calls into those packages of the
// standard library that reach out of the program. Constructors of other packages
// are called as they are when an item is asked for.
type vetting struct {
	set     *token.FileSet
	imports map[string]string // paths by local names
	private string            // why no package can import the types; "": any can
	err     error
}

// vet returns why no package can have the text, "" if one can, and an error if it
// is not what archives write.
func vet(text []byte) (private string, err error) {
	v := vetting{set: token.NewFileSet(), imports: map[string]string{}}
	file, err := parser.ParseFile(v.set, "", text, parser.SkipObjectResolution)
	if err != nil {
		return "", fmt.Errorf("%w: text of the value: %w", artifacts.ErrCorrupt, err)
	}
	for _, d := range file.Decls {
		v.declaration(d)
	}
	return v.private, v.err
}

func (v *vetting) refuse(n ast.Node, what string) {
	if v.err == nil {
		p := v.set.Position(n.Pos())
		v.err = fmt.Errorf("%w: text of the value: %d:%d: %s is not what archives write", artifacts.ErrCorrupt, p.Line, p.Column, what)
	}
}

func (v *vetting) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		// func X() T { return onceX() }
		f := d.Type
		if d.Recv != nil || f.TypeParams != nil || f.Params.NumFields() > 0 || f.Results.NumFields() != 1 || !d.Name.IsExported() {
			v.refuse(d, "this function")
		}
		ast.Inspect(d.Type, v.node)
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
				ast.Inspect(s.Type, v.node)
			default:
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
	if body == nil || len(body.List) != 1 {
		v.refuse(body, "this body")
		return
	}
	if r, ok := body.List[0].(*ast.ReturnStmt); ok && len(r.Results) == 1 {
		ast.Inspect(r.Results[0], v.node)
		return
	}
	v.refuse(body, "this body")
}

// node looks at a part of a declaration.
func (v *vetting) node(n ast.Node) bool {
	switch n := n.(type) {
	case nil, *ast.ValueSpec, *ast.BasicLit, *ast.Ident, *ast.CompositeLit, *ast.KeyValueExpr, *ast.StarExpr, *ast.ParenExpr,
		*ast.ArrayType, *ast.MapType, *ast.StructType, *ast.InterfaceType, *ast.FuncType, *ast.ChanType,
		*ast.FieldList, *ast.Field, *ast.IndexExpr, *ast.IndexListExpr, *ast.CommentGroup, *ast.Comment, *ast.Ellipsis:
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			v.refuse(n, "this receive")
		}
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); !ok || v.imports[x.Name] == "" {
			v.refuse(n, "this selector")
		}
		if !n.Sel.IsExported() {
			v.private = n.Sel.Name + " is not exported"
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); ok {
			if x, ok := f.X.(*ast.Ident); ok && reaches(v.imports[x.Name], f.Sel.Name) {
				v.refuse(n, "this call")
			}
		}
	case *ast.FuncLit:
		ast.Inspect(n.Type, v.node)
		v.returns(n.Body)
		return false
	default:
		v.refuse(n, "this")
		return false
	}
	return true
}

// outward are the packages of the standard library, and those below them, that
// reach out of the program, with the types in them that values are made of.
var outward = map[string][]string{
	"os": {"FileMode"}, "syscall": {"Errno", "Signal"}, "net": {"IP", "IPMask", "HardwareAddr", "Flags"},
	"net/http": {"Header", "SameSite", "ConnState"}, "net/netip": {"MustParseAddr", "MustParsePrefix", "MustParseAddrPort"}, "net/url": {"Values"},
	"runtime": nil, "log": nil, "log/slog": {"Level"}, "plugin": nil, "testing": nil, "flag": nil, "io/ioutil": nil, "reflect": {"Kind", "ChanDir"}, "debug": nil,
}

// reaches reports whether a call of a name in a package may do more than make a
// value.
func reaches(pkg, name string) bool {
	for p := pkg; p != "." && p != "/"; p = path.Dir(p) {
		if types, ok := outward[p]; ok {
			return p != pkg || !slices.Contains(types, name)
		}
	}
	return false
}
