package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	config "hubgraph/internal/settings"
)

// TestHelpOnExitCodes holds the codes of the program against its help.
func TestHelpOnExitCodes(t *testing.T) {
	page := printed(t, "help", "exit-codes")
	constants := map[string]bool{}
	for name, value := range exitConstants(t) {
		constants[value] = true
		if !strings.Contains(page, "\n  "+value+" ") {
			t.Errorf("the help lacks %s, %s", name, value)
		}
	}
	for _, e := range exitCodes {
		for _, code := range e.codes {
			if text := strconv.Itoa(code); code > 0 && code < 128 && !constants[text] {
				t.Errorf("the help lists %s, which no constant is", text)
			}
		}
	}
	for _, c := range codes {
		if !constants[strconv.Itoa(c.code)] {
			t.Errorf("%v ends with %d, which no constant is", c.err, c.code)
		}
	}
}

// exitConstants are the constants exit… of this package, with their values.
func exitConstants(t *testing.T) map[string]string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "app.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "exit") {
			found[spec.Names[0].Name] = spec.Values[0].(*ast.BasicLit).Value
		}
		return true
	})
	if len(found) < 10 {
		t.Fatalf("app.go has the constants %v only", found)
	}
	return found
}

// ofTests are the packages that no command is made of.
var ofTests = []string{"internal/failat", "internal/replay", "internal/mutants", "internal/leaks", "internal/golden"}

// TestHelpOnTheEnvironment finds each variable that the program asks for by name in the
// help, and each of the help in the program.
func TestHelpOnTheEnvironment(t *testing.T) {
	page := printed(t, "help", "environment")
	var asked, words []string
	root := filepath.Join("..", "..")
	for folder, names := range goFiles(t, root) {
		if slices.Contains(ofTests, folder) {
			continue
		}
		for _, name := range names {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, folder, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if selector, ok := n.Fun.(*ast.SelectorExpr); ok && strings.HasSuffix(selector.Sel.Name, "etenv") || isName(n.Fun, "getenv") {
						asked = append(asked, literal(n.Args[0]))
					}
				case *ast.BasicLit:
					if !(folder == "cmd/hubgraph" && name == "environment.go") {
						words = append(words, literal(n))
					}
				}
				return true
			})
		}
	}
	for _, name := range asked {
		if name != "" && !strings.Contains(page, "\n  "+name) {
			t.Errorf("the help lacks the variable %s", name)
		}
	}
	for _, v := range environment {
		if v.flag == "" && !v.secret && v.name != "HTTPS_PROXY" && !slices.Contains(words, v.name) { // net/http asks for that one
			t.Errorf("the help lists %s, which nothing asks for", v.name)
		}
		if v.flag != "" && !strings.Contains(v.about, "--"+v.flag) {
			t.Errorf("the help of %s lacks its flag --%s", v.name, v.flag)
		}
	}
}

// isName reports whether an expression is a name.
func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// literal is the text of an expression that is one; else it is empty.
func literal(e ast.Expr) string {
	if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
		text, _ := strconv.Unquote(l.Value) // the compiler has seen it
		return text
	}
	return ""
}

// TestHelpOnSettings takes each key that the help lists as the settings file has it: no
// key is unknown, and each says what it means.
func TestHelpOnSettings(t *testing.T) {
	root := tree()
	page := printed(t, "help", "settings")
	catalog := config.NewCatalog(root, nil)
	for _, k := range catalog.Describe() {
		if !strings.Contains(page, "\n  "+k.Name) {
			t.Errorf("the help lacks the key %s", k.Name)
		}
		if k.About == "" || k.Takes == "" {
			t.Errorf("the key %s is not explained: %+v", k.Name, k)
		}
		parts := strings.Split(strings.Replace(k.Name, "CHECK", "deal_fully_orphaned", 1), ": ")
		text := ""
		for level, part := range parts {
			text += strings.Repeat("  ", level) + part + ":"
			if level < len(parts)-1 {
				text += "\n"
			}
		}
		if _, err := config.Parse("hubgraph.yaml", []byte(text+" {}\n"), catalog); err != nil && strings.Contains(err.Error(), "unknown key") {
			t.Errorf("the help lists a key that the file does not have: %v", err)
		}
	}
	for _, key := range catalog.Keys {
		if name := strings.Replace(strings.ReplaceAll(key.Name, "-", "_"), "keep_", "keep: ", 1); !config.Approves(key.Name) && !strings.Contains(page, "\n  "+name) {
			t.Errorf("the help lacks the key %s", name)
		}
	}
}
