package repair

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// TestLinesOfAFile reads files as people and programs write them.
func TestLinesOfAFile(t *testing.T) {
	long := strings.Repeat("x", longestLine)
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"from,to\n", ""},
		{"from,to\ncontacts:1,companies:2\n", "2 contacts:1 companies:2 "},
		{"\xef\xbb\xbffrom,to,label\r\n\"contacts:1\", companies:2 ,\"a, \"\"b\"\"\"\r\n\r\n", `2 contacts:1 companies:2 a, "b"`},
		{"To,From\ncompanies:2,contacts:1", "2 contacts:1 companies:2 "},
		{"from,to\n\"a,b\nc:1,d:2\n", "2: it is no CSV: extraneous or missing \" in quoted-field|3 c:1 d:2 "},
		{"from,to\na\"b,c\nc:1,d:2\n", "2: it is no CSV: bare \" in non-quoted-field|3 c:1 d:2 "},
		{"from,to\na\nc:1,d:2\n", "2: it has 1 fields, and the header has 2: give it one for each column, and quotes around commas|3 c:1 d:2 "},
		{"from,to\n" + long + "\nc:1,d:2\n", "2: it is longer than 65536 bytes, which no pair is: write one pair a line|3 c:1 d:2 "},
		{"from,to\n\xff\xfe,b\nc:1,d:2\n", "2: it is no UTF-8: save the file in this encoding|3 c:1 d:2 "},
		{"\n\n{\"from\":\"a:1\",\"to\":\"b:2\",\"label\":\"L\"}\n\n{\"from\":\"a:1\",\"to\":\"b:2\"", "3 a:1 b:2 L|5: it ends in the middle of a JSON object: write the line again as a whole"},
		{"{\"from\":\"a:1\"}\n{\"to\":\"a:1\"}\n{\"from\":\"a:1\",\"to\":\"b:2\"}{}\n[]\n{\"from\":\"a:1\",\"to\":2}\n", "1: it lacks the key to|2: it lacks the key from|3: there is something behind its JSON object: write one a line|4: it is no JSON object with the keys from, to, label, type_id, category: it is of the kind array|5: it is no JSON object with the keys from, to, label, type_id, category: to is of the kind number, and text is wanted"},
		{"{\"from\":\"a:1\",\"to\":\"b:2\",\"types\":[]}\n", `1: it is no JSON object with the keys from, to, label, type_id, category: unknown field "types"`},
		{"from;to\na;b\n", `1: the header has "from;to", which is no column: the columns are from, to, label, type_id, category, with commas between them`},
		{"from,label\n", "1: the header lacks the column to: the columns are from, to, label, type_id, category"},
		{"from,to,to\n", "1: the header has the column to twice: leave out one of them"},
		{"\xff\xfef\x00\nc:1,d:2\n", "1: it is no UTF-8: save the file in this encoding"},
		{long + "\nc:1,d:2\n", "1: it is longer than 65536 bytes, which no pair is: write one pair a line"},
		{"[{\"from\":\"a:1\",\"to\":\"b:2\"},\n", "1: it is a JSON list: write one object a line, without brackets and commas around them"},
	} {
		_, pairs, wrong, failed := readPairs(strings.NewReader(test.text))
		var got []string
		if wrong != nil {
			got = append(got, fmt.Sprintf("%d: %s", wrong.line, wrong.text))
		} else {
			for p, wrong := range pairs {
				if wrong != nil {
					got = append(got, fmt.Sprintf("%d: %s", wrong.line, wrong.text))
					continue
				}
				got = append(got, fmt.Sprintf("%d %s %s %s", p.line, p.from, p.to, p.label))
			}
		}
		if got := strings.Join(got, "|"); got != test.want || failed() != nil {
			t.Errorf("%.60q is\n%s, %v, want\n%s", test.text, got, failed(), test.want)
		}
	}
}

// TestAFileThatCannotBeReadToItsEnd is no short file.
func TestAFileThatCannotBeReadToItsEnd(t *testing.T) {
	a := Asked{Action: Add, Name: "pairs.csv", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("from,to\ncontacts:1,companies:2\n"), gone{})), nil
	}}
	d := openDesk(t, modelPortal, "2026-09", Forms{}, sim.Options{})
	if _, err := d.Count(t.Context(), a, quick(), false); !errors.Is(err, ErrUsage) || err.Error() != "--file pairs.csv: the file cannot be read: the disk is gone" {
		t.Errorf("%v", err)
	}
}

type gone struct{}

func (gone) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

// endless is a file of so many lines, which are made as they are read: as many pairs of a contact
// and a company as there are in a part, over and over; of one that is read, contacts alone.
type endless struct {
	lines int
	alone bool
	line  []byte
	heaps []uint64 // behind collections, each half part
}

func (e *endless) Read(b []byte) (int, error) {
	if len(e.line) == 0 {
		if e.lines == 0 {
			return 0, io.EOF
		}
		if e.lines--; e.lines%(partSize/2) == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.GC() // a pool lets go of what it holds at the second collection
			runtime.ReadMemStats(&m)
			e.heaps = append(e.heaps, m.HeapAlloc)
		}
		id := 1 + e.lines%partSize
		e.line = fmt.Appendf(nil, "{\"from\":\"contacts:%d\",\"to\":\"companies:%d\",\"label\":\"Advisor\"}\n", id, 1_000_000+id)
		if e.alone {
			e.line = fmt.Appendf(nil, "{\"from\":\"contacts:%d\",\"to\":\"companies\"}\n", id)
		}
	}
	n := copy(b, e.line)
	e.line = e.line[n:]
	return n, nil
}

// openCrowd serves a portal of as many contacts and companies as there are pairs in a part.
func openCrowd(t testing.TB) *desk {
	portal, _ := crowded(partSize)
	return openDesk(t, portal+"label contacts 21 \"Advisor\" companies 22 \"Advises\"\n", "2026-09", Forms{}, sim.Options{})
}

// growth is how much larger the least heap of the last part is than that of the second; while the
// first is read, none is held yet.
func (e *endless) growth() int64 {
	last := len(e.heaps) - 2
	return int64(slices.Min(e.heaps[last:])) - int64(slices.Min(e.heaps[2:4]))
}

// passes are what the files have become that were counted, sent and read.
type passes [3]endless

// heapsOf counts, sends and reads a file of so many lines.
func heapsOf(t testing.TB, d *desk, lines int) (of passes) {
	t.Helper()
	ctx := context.Background()
	o := quick()
	o.Operations = 1 << 30
	file := &endless{}
	open := func() (io.ReadCloser, error) {
		*file = endless{lines: lines}
		return io.NopCloser(file), nil
	}
	a := Asked{Action: Add, Name: "pairs", Open: open}
	count, err := d.Count(ctx, a, o, true)
	if err != nil || count.Operations != lines || count.Wrong != 0 {
		t.Fatalf("%+v, %v", count, err)
	}
	of[0] = *file
	d.runs++
	journal, err := CreateJournal(d.dir, fmt.Sprintf("run%d", d.runs))
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	err = d.Send(ctx, a, count, journal, o, func(l *LineResult) error {
		if !l.Open() {
			done++
		}
		return nil
	})
	if err := errors.Join(err, journal.Close()); err != nil || done != lines {
		t.Fatalf("%d lines are done: %v", done, err)
	}
	of[1] = *file
	rows, failed := 0, 0
	a.Open = func() (io.ReadCloser, error) {
		*file = endless{lines: lines, alone: true}
		return io.NopCloser(file), nil
	}
	err = d.Read(ctx, a, ReadTo{Row: func(Listed) error { rows++; return nil }, Progress: func(int, int) {}, Failed: func(int, string, string) error { failed++; return nil }})
	if err != nil || rows != 2*lines || failed != 0 {
		t.Fatalf("%d rows, %d lines failed: %v", rows, failed, err)
	}
	of[2] = *file
	return of
}

// TestLongFilesTakeNoMoreMemory counts, sends and reads a file of four parts: the heap does not
// grow with them. Were lines kept, it would by some ten million bytes a part.
func TestLongFilesTakeNoMoreMemory(t *testing.T) {
	d := openCrowd(t)
	heapsOf(t, d, partSize) // what is linked is in the heap, too, since the simulator is
	for i, file := range heapsOf(t, d, 4*partSize) {
		if growth := file.growth(); growth > 8<<20 {
			t.Errorf("the heap grows by %d bytes while a file is %s: %d", growth, []string{"counted", "sent", "read"}[i], file.heaps)
		}
	}
}

// BenchmarkMillionLines prints the largest heap that a file of a million lines takes, with that
// of the simulator.
func BenchmarkMillionLines(b *testing.B) {
	d := openCrowd(b)
	for b.Loop() {
		for i, file := range heapsOf(b, d, 1_000_000) {
			b.ReportMetric(float64(slices.Max(file.heaps))/(1<<20), []string{"MiB-counted", "MiB-sent", "MiB-read"}[i])
		}
	}
}

// FuzzPairs reads anything: each line is a pair or wrong, and the lines come in their order.
func FuzzPairs(f *testing.F) {
	for _, text := range []string{"from,to\na:1,b:2\n", "{\"from\":\"a:1\",\"to\":\"b:2\"}\n", "\xef\xbb\xbffrom,to\r\n\"a", "{", "from,to,\"\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		header, pairs, wrong, failed := readPairs(strings.NewReader(text))
		if wrong != nil && (wrong.text == "" || wrong.line < 1) {
			t.Fatalf("%+v", wrong)
		}
		if wrong != nil {
			return
		}
		last := 0
		for p, wrong := range pairs {
			line := p.line
			if wrong != nil {
				line = wrong.line
			}
			if line <= last || strings.Contains(p.raw, "\n") {
				t.Fatalf("line %d behind line %d: %+v %+v", line, last, p, wrong)
			}
			last = line
		}
		if failed() != nil || strings.Count(text, "\n")+1 < last || header == "" && last == 0 && strings.TrimSpace(strings.TrimPrefix(text, "\xef\xbb\xbf")) != "" {
			t.Fatalf("%d lines, header %q, %v", last, header, failed())
		}
	})
}
