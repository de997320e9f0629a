package sim_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// factsTable is the table of facts as the package's documentation has it.
func factsTable() string {
	var b strings.Builder
	for _, f := range sim.Facts() {
		fmt.Fprintf(&b, "//	%-18s%s\n", f.Switch, strings.Join(f.Values, ", "))
		for _, text := range []string{f.About, f.Because} {
			fmt.Fprintf(&b, "//	%18s%s\n", "", text)
		}
	}
	return b.String()
}

// TestFactsDocumentation compares the table in the documentation with the facts.
func TestFactsDocumentation(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("docs_facts.go")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "//	") {
			table.WriteString(line)
		}
	}
	if diff := cmp.Diff(factsTable(), table.String()); diff != "" {
		t.Errorf("the table in docs_facts.go is not that of the facts (-want +got):\n%s", diff)
	}
}
