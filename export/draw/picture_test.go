package draw

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/xml"
	"fmt"
	"image/png"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/internal/golden"
)

// drawings are one of each kind, of the portal after its second night.
var drawings = []struct {
	name string
	draw func(context.Context, *sql.DB) (*Picture, error)
}{
	{"map", func(ctx context.Context, db *sql.DB) (*Picture, error) { return Map(ctx, db, "") }},
	{"map_compared", func(ctx context.Context, db *sql.DB) (*Picture, error) { return Map(ctx, db, "baseline") }},
	{"record", func(ctx context.Context, db *sql.DB) (*Picture, error) { return Record(ctx, db, "deals:301", 1, 0) }},
	{"record_folded", func(ctx context.Context, db *sql.DB) (*Picture, error) { return Record(ctx, db, "company:202", 2, 0) }},
	{"path", func(ctx context.Context, db *sql.DB) (*Picture, error) { return Path(ctx, db, "deals:301", "0-5:401") }},
	{"component", func(ctx context.Context, db *sql.DB) (*Picture, error) { return Component(ctx, db, "deals:303", 0) }},
	{"alone", func(ctx context.Context, db *sql.DB) (*Picture, error) {
		return Component(ctx, db, "p_machines:503", 0)
	}},
	{"orphan", ofCheck("deal_fully_orphaned")},
	{"candidate", ofCheck("deal_without_company")},
	{"lost_way_back", ofCheck("inverse_pair_missing")},
	{"renamed", ofCheck("association_definition_changed")},
}

// ofCheck draws the first finding of a check.
func ofCheck(check string) func(context.Context, *sql.DB) (*Picture, error) {
	return func(ctx context.Context, db *sql.DB) (*Picture, error) {
		var fingerprint string
		err := db.QueryRowContext(ctx, "SELECT min(fingerprint) FROM findings WHERE check_id = ?", check).Scan(&fingerprint)
		if err != nil {
			return nil, fmt.Errorf("%s found nothing: %w", check, err)
		}
		return Finding(ctx, db, fingerprint)
	}
}

// TestTipsAreTitles: in the SVG of each kind of drawing, what has a tip has it as its title,
// whatever letters its id has, and nothing else has one.
func TestTipsAreTitles(t *testing.T) {
	db := audited(t, coffee+crowd(), after)
	for _, d := range drawings {
		p, err := d.draw(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		svg, err := p.SVG(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		var picture struct {
			Parts []struct {
				ID    string `xml:"id,attr"`
				Class string `xml:"class,attr"`
				Title string `xml:"title"`
			} `xml:"g>g>g"`
		}
		if err := xml.Unmarshal(svg, &picture); err != nil {
			t.Fatal(err)
		}
		got, want := map[string]string{}, map[string]string{}
		for _, part := range picture.Parts {
			got[part.ID] = part.Title
		}
		for _, n := range p.Nodes {
			want[n.ID] = strings.Join(n.Tip, "\n")
		}
		for _, e := range p.Edges {
			if !e.Hidden {
				want[e.ID] = strings.Join(e.Tip, "\n")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", d.name, diff)
		}
	}
}

// TestDrawings holds each kind of drawing to what it was when somebody looked at it, and
// draws it twice: equal content gives equal bytes.
func TestDrawings(t *testing.T) {
	db := audited(t, coffee+crowd(), after)
	for _, d := range drawings {
		t.Run(d.name, func(t *testing.T) {
			p, err := d.draw(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			svg, err := p.SVG(t.Context(), false)
			if err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, d.name+".golden.svg", string(svg))
			if d.name == "map" || d.name == "candidate" {
				for _, format := range []string{"dot", "mmd", "graphml", "csv"} {
					text, err := p.Write(t.Context(), format, false)
					if err != nil {
						t.Fatal(err)
					}
					golden.Compare(t, d.name+".golden."+format, string(text))
				}
			}
			again, err := d.draw(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			for _, format := range Formats() {
				one, err := p.Write(t.Context(), format, false)
				if err != nil {
					t.Fatal(err)
				}
				if other, err := again.Write(t.Context(), format, false); err != nil || !bytes.Equal(one, other) {
					t.Errorf("drawn again, %s has other bytes (%v)", format, err)
				}
			}
		})
	}
}

// TestTheMapStaysWhereItIs compares where things are on the maps of two nights in which
// all numbers and findings differ: nothing moves against the rest.
func TestTheMapStaysWhereItIs(t *testing.T) {
	var places [2][]string
	for i, db := range []*sql.DB{audited(t, coffee), audited(t, coffee, crowd()+after)} {
		p, err := Map(t.Context(), db, "")
		if err != nil {
			t.Fatal(err)
		}
		svg, err := p.SVG(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		places[i] = layout(t, svg)
	}
	if len(places[0]) < 6 || !slices.Equal(places[0], places[1]) {
		t.Errorf("something moved (-first +second):\n%s", cmp.Diff(places[0], places[1]))
	}
}

// layout is where the nodes of a picture are, seen from the first.
func layout(t *testing.T, svg []byte) []string {
	t.Helper()
	var first []float64
	var all []string
	for i, group := range strings.Split(string(svg), `<g id="`) {
		if i == 0 || !strings.Contains(group, `class="node `) {
			continue
		}
		place := group[:strings.Index(group, `"`)]
		for _, shape := range regexp.MustCompile(`(?:points|cx)="([^"]*)"(?: cy="([^"]*)")?`).FindAllStringSubmatch(group, -1) {
			for i, text := range regexp.MustCompile(`-?[0-9.]+`).FindAllString(shape[1]+" "+shape[2], -1) {
				n, err := strconv.ParseFloat(text, 64)
				if err != nil {
					t.Fatal(err)
				}
				if len(first) < 2 {
					first = append(first, n)
				}
				place += fmt.Sprintf(" %.1f", n-first[i%2])
			}
		}
		all = append(all, place)
	}
	return all
}

// TestPNG paints what Graphviz laid out, in the size that it has.
func TestPNG(t *testing.T) {
	p := &Picture{Title: "A title", Nodes: []Node{{ID: "a", Lines: []string{"One", "ünö"}, Type: "contacts"}, {ID: "b", Type: "deals", Line: Missing, Lines: []string{"Two"}}},
		Edges: []Edge{{ID: "e", From: "a", To: "b", Forward: true, Line: Gone, Lines: []string{"gone"}}}}
	picture, err := p.PNG(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	image, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	colors := map[[3]uint32]int{}
	for x := range image.Bounds().Dx() {
		for y := range image.Bounds().Dy() {
			r, g, b, _ := image.At(x, y).RGBA()
			colors[[3]uint32{r >> 8, g >> 8, b >> 8}]++
		}
	}
	for _, want := range [][3]uint32{{0xff, 0xff, 0xff}, {0xf6, 0xf8, 0xfa}, {0xcf, 0x22, 0x2e}, {0x1f, 0x23, 0x28}, {0x6e, 0x77, 0x81}} {
		if colors[want] < 20 {
			t.Errorf("the picture has %d pixels of the colour %x", colors[want], want)
		}
	}
}

// TestLinksAreCounted holds the count of the map, which reads the associations once in the
// order of the file, against one that groups pairs by their ids.
func TestLinksAreCounted(t *testing.T) {
	db := audited(t, coffee+crowd(), after+"cut companies 202 contacts 102 2\n")
	m, err := readShape(t.Context(), db, "baseline")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range m.relations {
		var want int64
		err := db.QueryRow(fmt.Sprintf("SELECT count(*) FROM (%s) WHERE a = ? AND b = ?", fmt.Sprintf(between, "")), r.a, r.b).Scan(&want)
		if err != nil {
			t.Fatal(err)
		}
		if r.links != want {
			t.Errorf("%s – %s: %d links, want %d", r.a, r.b, r.links, want)
		}
	}
	if r := m.relation("deals", "companies"); r.links != 2 || r.lost != 2 || r.gained != 0 {
		t.Errorf("deals and companies: %+v", r)
	}
	if r := m.relation("contacts", "companies"); r.lacking != 2 { // a link, and a label of another one
		t.Errorf("contacts and companies: %+v", r)
	}
	if r := m.relation("p_machines", "p_machines"); r.links != 0 || r.lost != 1 {
		t.Errorf("machines: %+v", r)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", -100: "-100", 1234567: "1,234,567"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %s, want %s", n, got, want)
		}
	}
}

// TestTonesAreShares: one of many has no colour.
func TestTonesAreShares(t *testing.T) {
	for _, tt := range []struct {
		n, all int64
		want   Tone
	}{{1, 1187, Quiet}, {11, 1187, Quiet}, {12, 1187, Some}, {59, 1187, Some}, {60, 1187, Much}, {0, 0, Quiet}, {0, 5, Quiet}, {5, 5, Much}} {
		if got := tone(tt.n, tt.all); got != tt.want {
			t.Errorf("%d of %d: %v, want %v", tt.n, tt.all, got, tt.want)
		}
	}
}
