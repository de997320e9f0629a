package reporting

import (
	"testing"

	"hubgraph/export/duckdb"
	"hubgraph/queries/report"
)

// TestQuestionsShareTheMemory: all that may be answered at once keep to --memory together.
func TestQuestionsShareTheMemory(t *testing.T) {
	for memory, want := range map[duckdb.Memory]int{0: 4, 64e6: 1, 130e6: 2, 2e9: 4} {
		e := NewExplorer(&duckdb.Files{Memory: memory}, nil, report.Options{})
		if n := cap(e.asking); n != want || duckdb.Memory(n)*e.share > memory || memory > 0 && e.share == 0 || cap(e.sql) > 2 {
			t.Errorf("of %d bytes %d questions have %d each, want %d questions", memory, n, e.share, want)
		}
	}
}
