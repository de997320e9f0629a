// Package goals has benchmarks say what their figures are to be. The program table runs
// them, and prints what they measured beside that.
package goals

import "testing"

// The metrics of a benchmark that are goals of another one, by what stands before its unit.
const (
	AtMost  = "at-most:"
	AtLeast = "at-least:"
)

// Most reports a figure that is to be a value at most. The unit names it, without blanks.
func Most(b *testing.B, figure, most float64, unit string) {
	b.ReportMetric(figure, unit)
	b.ReportMetric(most, AtMost+unit)
}

// Least reports a figure that is to be a value at least.
func Least(b *testing.B, figure, least float64, unit string) {
	b.ReportMetric(figure, unit)
	b.ReportMetric(least, AtLeast+unit)
}
