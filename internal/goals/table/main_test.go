package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/internal/goals"
)

// TestFigures has the testing package itself write a line.
func TestFigures(t *testing.T) {
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(7, "calls")
		}
		goals.Most(b, 1.2, 1.1, "time/least")
		goals.Most(b, 0, 0, "429s")
		goals.Least(b, 34, 15, "library/sealed")
	})
	got := figures("goos: linux\nBenchmarkCalls/at_300ms-8 \t" + r.String() + "\nPASS\n")
	want := []figure{{"Calls/at_300ms 429s", "0", "<= 0", true}, {"Calls/at_300ms library/sealed", "34.00", ">= 15.00", true}, {"Calls/at_300ms time/least", "1.200", "<= 1.100", false}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(figure{})); diff != "" {
		t.Error(diff)
	}
}

func TestNoSuchBenchmark(t *testing.T) {
	var out, progress bytes.Buffer
	if err := run(t.Context(), &out, &progress, []string{"Nothing"}); err == nil || out.Len()+progress.Len() > 0 {
		t.Errorf("%v\n%s%s", err, &out, &progress)
	}
	if err := run(t.Context(), &out, &progress, []string{"("}); err == nil {
		t.Error("a pattern that is none is taken")
	}
}
