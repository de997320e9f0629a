// Table runs the benchmarks that have goals, one after the other, and prints a table of
// what they measured: each figure with its goal, whether that is met, and the command that
// measures it again.
//
//	go run ./internal/goals/table [PATTERN]
//
// A pattern chooses among the benchmarks by name. The exit code is 1 where one fails; a goal
// that is not met is a line of the table.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"hubgraph/internal/goals"
)

// measured are the benchmarks with goals, in the order of the table, those of what users
// wait for first.
var measured = []benchmark{
	{"./crawl", "PaceLatency/^[0-9]+ms$", "1x", nil},
	{"./crawl", "PaceAnnounced", "1x", nil},
	{"./crawl", "TwoLanes", "1x", nil},
	{"./crawl", "SmallCrawl", "4x", nil},
	{"./internal/nightly", "MillionRows", "1x", nil},
	{"./internal/nightly", "Nights", "1x", nil},
	{"./cmd/hubgraph", "PublishedCrawl", "10x", nil},
	{"./crawl", "Settling", "10x", nil},
	{"./crawl", "Calls", "1x", nil},
	{"./crawl", "Journal/^unthrottled", "10x", nil},
	{"./hubspot", "ReadAssociations", "150x", nil},
	{"./graphmodel", "HeapPerEdge", "1x", nil},
	{"./repair", "Apply|AssociationFile", "1x", nil},
	{"./export/draw", "DOT|Map", "5x", []string{"HUBGRAPH_CONTACTS=100000"}},
	{"./export/draw", "Neighborhood", "200x", []string{"HUBGRAPH_CONTACTS=100000"}},
	{"./internal/reporting", "RecordPage", "100x", []string{"HUBGRAPH_CONTACTS=100000"}},
	{"./hubspot/sim", "BatchRead", "40x", nil},
}

// benchmark is one or some of a package.
type benchmark struct {
	pkg, name, times string
	environment      []string
}

func (b benchmark) args() []string {
	return []string{"test", "-run", "-", "-bench", b.name, "-benchtime", b.times, "-timeout", "60m", b.pkg}
}

// String is the command that runs it.
func (b benchmark) String() string {
	words := append(append([]string{}, b.environment...), "go")
	for _, arg := range b.args() {
		if strings.ContainsAny(arg, "|^$[") {
			arg = "'" + arg + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, progress io.Writer, args []string) error {
	chosen, err := regexp.Compile(strings.Join(args, "|"))
	if err != nil {
		return fmt.Errorf("the pattern of benchmarks: %w", err)
	}
	matches := func(b benchmark) bool { return chosen.MatchString(b.name) }
	if !slices.ContainsFunc(measured, matches) {
		return fmt.Errorf("no benchmark with goals has a name like %s", chosen)
	}
	var failed []string
	started := time.Now()
	rows := [][]string{{"FIGURE", "MEASURED", "GOAL", "VERDICT", "COMMAND"}}
	for i, b := range measured {
		if !matches(b) {
			continue
		}
		begun := time.Now()
		fmt.Fprintln(progress, b)
		var printed bytes.Buffer
		cmd := exec.CommandContext(ctx, "go", b.args()...)
		cmd.Env = append(os.Environ(), b.environment...)
		cmd.Stdout, cmd.Stderr = &printed, &printed
		if err := cmd.Run(); err != nil {
			failed = append(failed, b.name)
			fmt.Fprintf(progress, "%s%v\n", printed.String(), err)
			continue
		}
		fmt.Fprintf(progress, "  %s\n", time.Since(begun).Round(time.Second))
		for _, f := range figures(printed.String()) {
			rows = append(rows, append(f.row(), fmt.Sprint(i+1)))
		}
	}
	fmt.Fprintf(out, "%s, %d of its cores, %s, in %s\n\n", processor(), runtime.GOMAXPROCS(0), runtime.Version(), time.Since(started).Round(time.Minute))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	for i, b := range measured {
		if matches(b) {
			fmt.Fprintf(out, "%d  %s\n", i+1, b)
		}
	}
	if failed != nil {
		return fmt.Errorf("these failed: %s", strings.Join(failed, ", "))
	}
	return nil
}

// figure is what a benchmark measured, and what it was to be.
type figure struct {
	name, measured, goal string
	met                  bool
}

func (f figure) row() []string {
	return []string{f.name, f.measured, f.goal, map[bool]string{true: "met", false: "NOT MET"}[f.met]}
}

// processor names the processor, as Linux does.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo") // where there is none, its name is not known
	for line := range strings.Lines(string(text)) {
		if name, is := strings.CutPrefix(line, "model name\t: "); is {
			return strings.TrimSpace(name)
		}
	}
	return "an unknown processor"
}

// benchmarkName is what a line begins with: behind the name stands the number of processors.
var benchmarkName = regexp.MustCompile(`^Benchmark(.*?)(-\d+)?$`)

// figures are those of benchmarks' lines that have goals: a name, how often it ran, and
// values with their units.
func figures(printed string) []figure {
	var list []figure
	for line := range strings.Lines(printed) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := benchmarkName.FindStringSubmatch(fields[0])[1]
		values := map[string]string{}
		for i := 2; i+1 < len(fields); i += 2 {
			values[fields[i+1]] = fields[i]
		}
		for i := 3; i < len(fields); i += 2 {
			unit := fields[i]
			f := figure{name: name + " " + unit, measured: values[unit]}
			most, capped := values[goals.AtMost+unit]
			least, floored := values[goals.AtLeast+unit]
			switch {
			case capped:
				f.goal, f.met = "<= "+most, number(f.measured) <= number(most)
			case floored:
				f.goal, f.met = ">= "+least, number(f.measured) >= number(least)
			default:
				continue
			}
			list = append(list, f)
		}
	}
	return list
}

func number(text string) (n float64) {
	if _, err := fmt.Sscan(text, &n); err != nil {
		panic(fmt.Sprintf("a benchmark reports %q: %v", text, err)) // go test prints numbers
	}
	return n
}
