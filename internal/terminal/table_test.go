package terminal

import (
	"strings"
	"testing"
)

// TestTable fits a table into screens of several widths.
func TestTable(t *testing.T) {
	table := Table{
		Header: []string{"ID", "CHECK", "EMPTY", "ABOUT", "MONEY", "OWNER"},
		Rows: [][]string{
			{"1", "deal_fully_orphaned", "", "deals:301 \"Röst\x1b[31merei 咖啡\"", "1,000.00 EUR", "Ada Lovelace"},
			{"2", "edge", "", "contacts:1", "", ""},
			{"3", "edge", "", "contacts:2", "", ""},
			{"4", "edge", "", "contacts:3", "", ""},
		},
	}
	for _, tt := range []struct {
		width int
		want  string
	}{
		{0, "ID  CHECK                ABOUT                          MONEY         OWNER\n" +
			"1   deal_fully_orphaned  deals:301 \"Röst[31merei 咖啡\"  1,000.00 EUR  Ada Lovelace\n" +
			"2   edge                 contacts:1\n3   edge                 contacts:2\n4   edge                 contacts:3\n"},
		{60, ""},
		{30, "ID  CHECK         ABOUT\n" +
			"1   deal_fully_…  deals:301 \"…\n" +
			"2   edge          contacts:1\n3   edge          contacts:2\n4   edge          contacts:3\n" +
			"2 columns left out: MONEY,\n  OWNER; --all has all\n"},
	} {
		table.Width, table.More = tt.width, "--all"
		got := table.String()
		for line := range strings.Lines(got) {
			if width := width(strings.TrimSuffix(line, "\n")); tt.width > 0 && width > tt.width {
				t.Errorf("%d characters at %d: %q", width, tt.width, line)
			}
		}
		if tt.width != 60 && got != tt.want {
			t.Errorf("at %d\n%s\nwant\n%s", tt.width, got, tt.want)
		}
		if tt.width == 60 && (strings.Contains(got, "left out") || !strings.Contains(got, "…")) {
			t.Errorf("at 60\n%s", got)
		}
	}
	for _, narrow := range []int{1, 5, 12} {
		table.Width = narrow
		for line := range strings.Lines(table.String()) {
			if width(strings.TrimSuffix(line, "\n")) > narrow {
				t.Errorf("at %d: %q", narrow, line)
			}
		}
	}
	if got := (Table{Header: []string{"A", "B"}}).String(); got != "A  B\n" {
		t.Errorf("%q", got)
	}
}

// TestTurned turns a table on its side that is too wide for its columns to be cut.
func TestTurned(t *testing.T) {
	table := Table{Header: []string{"ID", "ABOUT", "EVIDENCE", "OWNER"}, Width: 30, Rows: [][]string{
		{"1", "deals:301 Rösterei", "one two three four five", ""},
		{"2", "deals:302", "", "Ada Lovelace of the company"},
	}}
	want := "ID        1\nABOUT     deals:301 Rösterei\nEVIDENCE  one two three four\n  five\n\n" +
		"ID        2\nABOUT     deals:302\nOWNER     Ada Lovelace of the\n  company\n"
	if got := table.String(); got != want {
		t.Errorf("it is\n%s\nwant\n%s", got, want)
	}
}

// TestTableWhole cuts no id, and pads no column to a long cell where there is no screen.
func TestTableWhole(t *testing.T) {
	long := strings.Repeat("x", 100)
	table := Table{Header: []string{"CHECK", "FINDS"}, Rows: [][]string{{"deal_fully_orphaned", long}}, Whole: 1, Width: 40}
	if got, want := table.String(), "CHECK                FINDS\ndeal_fully_orphaned  "+strings.Repeat("x", 18)+"…\n"; got != want {
		t.Errorf("it is\n%s\nwant\n%s", got, want)
	}
	table = Table{Header: []string{"VALUE", "FROM"}, Rows: [][]string{{long, "file"}, {"1", "flag"}}}
	if got, want := table.String(), "VALUE"+strings.Repeat(" ", 57)+"FROM\n"+long+"  file\n1"+strings.Repeat(" ", 61)+"flag\n"; got != want {
		t.Errorf("it is\n%s\nwant\n%s", got, want)
	}
}

// TestCell has what spreadsheets take for a formula, and what they do not.
func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "-5": "-5", "+1.50": "+1.50", "1-2": "1-2", "a=b": "a=b", `{"a":-5}`: `{"a":-5}`, "a\n\nb": "a\n\nb",
		"=1+1": "'=1+1", "+49 170": "'+49 170", "-1+2": "'-1+2", "@sum": "'@sum", " =1": "' =1", "\u00a0=1": "'\u00a0=1", "\t=1": "'\t'=1", "\r=1": "'\r'=1",
		"\u200b=1": "'\u200b=1", "＝1": "'＝1", `"=1`: `'"=1`, "a\n=1": "a\n'=1", "a;=1": "a;'=1", "a\t@x": "a\t'@x", "-": "'-", "\nx": "'\nx",
	} {
		if got := Cell(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
