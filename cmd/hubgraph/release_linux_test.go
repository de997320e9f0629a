package main

import (
	"debug/elf"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// release is what a release is made of.
type release struct {
	Version int
	Builds  []struct {
		Main         string
		Goos, Goarch []string
		Env, Flags   []string
		Ldflags      []string
	}
	Archives []struct {
		Files []yaml.Node
	}
	Checksum struct{ Algorithm string }
	Sboms    []struct{ Artifacts string }
}

// TestARelease builds the program as .goreleaser.yaml says, with a version of its own, and
// holds what it needs of the system to what the README says.
func TestARelease(t *testing.T) {
	var r release
	if err := yaml.Unmarshal([]byte(readFile(t, "../../.goreleaser.yaml")), &r); err != nil {
		t.Fatal(err)
	}
	if r.Version != 2 || len(r.Builds) != 1 || len(r.Archives) != 1 || r.Checksum.Algorithm != "sha256" || len(r.Sboms) != 1 || !slices.Contains(r.Builds[0].Env, "CGO_ENABLED=1") {
		t.Fatalf("%+v", r)
	}
	for _, file := range r.Archives[0].Files {
		if file.Kind != yaml.ScalarNode {
			continue // made before
		}
		if found, err := filepath.Glob(filepath.Join("..", "..", file.Value)); err != nil || len(found) == 0 {
			t.Errorf("an archive is to hold %s, which there is not", file.Value)
		}
	}
	program := filepath.Join(t.TempDir(), "hubgraph")
	build := exec.Command("go", "build", "-o", program, "-ldflags", strings.ReplaceAll(strings.Join(r.Builds[0].Ldflags, " "), "{{ .Version }}", "9.8.7"), r.Builds[0].Main)
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command(program, "--version").Output()
	if err != nil || !strings.HasPrefix(string(out), "hubgraph 9.8.7") {
		t.Errorf("--version: %s, %v", out, err)
	}
	var said struct{ Version, Commit string }
	if out, err = exec.Command(program, "version", "--format", "json").Output(); err != nil || json.Unmarshal(out, &said) != nil || said.Version != "9.8.7" {
		t.Errorf("version: %s, %v", out, err)
	}
	needs(t, program)
}

// stated are the versions of the system's libraries that the README says a release needs.
var stated = map[string]string{"GLIBC": "2.34", "GLIBCXX": "3.4.30", "CXXABI": "1.3.13"}

// builtOn is the glibc of the system on which releases are built, Debian 12. What is
// compiled on a newer one needs newer libraries.
const builtOn = "2.36"

// needs holds the libraries that a program needs to those that are stated.
func needs(t *testing.T, program string) {
	t.Helper()
	for _, version := range []string{stated["GLIBC"], stated["GLIBCXX"]} {
		if !strings.Contains(readFile(t, readme), version) {
			t.Errorf("the README does not say that a release needs %s", version)
		}
	}
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	libraries, err := f.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range libraries {
		if base, _, _ := strings.Cut(name, ".so"); !slices.Contains([]string{"libstdc++", "libm", "libgcc_s", "libc", "libpthread", "libdl", "libresolv"}, base) && !strings.HasPrefix(base, "ld-linux") {
			t.Errorf("it needs %s, of which the README says nothing", name)
		}
	}
	system, err := exec.Command("getconf", "GNU_LIBC_VERSION").Output()
	if err != nil {
		t.Fatal(err)
	}
	if _, version, _ := strings.Cut(strings.TrimSpace(string(system)), " "); newer(version, builtOn) {
		return // what is compiled here needs what this system has
	}
	symbols, err := f.ImportedSymbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		name, version, _ := strings.Cut(s.Version, "_")
		if most, ok := stated[name]; ok && newer(version, most) {
			t.Errorf("%s is of %s, and the README says %s_%s", s.Name, s.Version, name, most)
		}
	}
}

// newer compares versions number by number.
func newer(a, b string) bool {
	return slices.Compare(versionParts(a), versionParts(b)) > 0
}

func versionParts(version string) []int {
	var list []int
	for part := range strings.SplitSeq(version, ".") {
		n, _ := strconv.Atoi(part) // 0 of what is no number, such as PRIVATE
		list = append(list, n)
	}
	return list
}
