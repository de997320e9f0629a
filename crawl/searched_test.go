package crawl

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// wrongIndex has search return a contact that is none any more. What it lacks instead, so
// that it counts right, is a fault of the portal's.
type wrongIndex struct {
	portal http.Handler
	extra  int64
}

func (x wrongIndex) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/0-1/search") {
		x.portal.ServeHTTP(w, r)
		return
	}
	text, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(text)))
	r.Header.Del("Accept-Encoding")
	answer := httptest.NewRecorder()
	x.portal.ServeHTTP(answer, r)
	var asked struct {
		FilterGroups []struct {
			Filters []struct {
				Operator string
				Value    int64 `json:",string"`
			}
		}
		After string
		Limit int
		Sorts []struct{ Direction string }
	}
	var found struct {
		Total   int              `json:"total"`
		Results []map[string]any `json:"results"`
	}
	if json.Unmarshal(text, &asked) != nil || json.Unmarshal(answer.Body.Bytes(), &found) != nil || found.Results == nil {
		panic(answer.Body.String())
	}
	inRange := true
	for _, g := range asked.FilterGroups {
		for _, f := range g.Filters {
			inRange = inRange && (f.Operator != "GTE" || x.extra >= f.Value) && (f.Operator != "LTE" || x.extra <= f.Value)
		}
	}
	if inRange {
		found.Total++
	}
	if inRange && asked.After == "" && len(found.Results) > 0 && asked.Sorts[0].Direction == "ASCENDING" {
		var row map[string]any
		first, _ := json.Marshal(found.Results[0])
		_ = json.Unmarshal(first, &row)
		row["id"], row["properties"].(map[string]any)["hs_object_id"] = fmt.Sprint(x.extra), fmt.Sprint(x.extra)
		at := slices.IndexFunc(found.Results, func(o map[string]any) bool {
			id, _ := strconv.ParseInt(o["id"].(string), 10, 64)
			return id > x.extra
		})
		if at < 0 {
			at = len(found.Results)
		}
		found.Results = slices.Insert(found.Results, at, row)
		found.Results = found.Results[:min(len(found.Results), asked.Limit)]
	}
	body, _ := json.Marshal(found)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}

// TestWhatSearchMakesUpIsFound has search know a contact that is none any more, and lack
// another one, which nothing names: it counts as many as there are. The crawl by both lanes
// finds what the one by lists does.
func TestWhatSearchMakesUpIsFound(t *testing.T) {
	t.Parallel()
	const all, part, lacks, extra = 1000, 100, 650, 755
	cases := map[string]string{
		"one in the recycle bin":           "contacts 755 archived",
		"one that is named there":          "contacts 755 archived\ncompanies 1 ->> contacts 755 280",
		"one that keeps its links":         "fact archived-links=kept\ncontacts 755 archived\ncontacts 12 archived\ncontacts 755 -> companies 1\ncontacts 12 -> companies 1",
		"one that was merged into another": "contacts 755 merged=1",
		"one that was deleted for good":    "contacts 755 absent",
		"a record of another type":         "companies 755",
	}
	atOnce(t, cases, func(t *testing.T, odd string) {
		var lines strings.Builder
		lines.WriteString("companies 1\n")
		for id := 1; id <= all; id++ {
			if !strings.Contains(odd, fmt.Sprintf("contacts %d ", id)) && id != extra {
				fmt.Fprintf(&lines, "contacts %d\n", id)
				if id%10 > 0 {
					fmt.Fprintf(&lines, "contacts %d -> companies 1\n", id)
				}
			}
		}
		p, err := sim.Parse(t.Name(), lines.String()+odd)
		if err != nil {
			t.Fatal(err)
		}
		scope := Scope{Types: []string{"contacts", "companies"}}
		faults := []sim.Fault{{Name: "search-lacks", Param: fmt.Sprintf("contacts:%d", lacks)}}
		want := servePortal(t, "2026-09", p, sim.Options{Faults: faults}).crawl(t, scope)
		server := sim.NewServer(p, sim.Options{Token: "token", Faults: faults})
		lane := &behindSearch{portal: wrongIndex{server, extra}, patience: 10 * time.Second, front: (1+listersBeside)*part + part/2, behind: (all/part - listersBeside - 2) * part}
		s := served{server: server, client: clientOf(t, lane.serve(t), hubspot.DefaultAPIVersion), part: part, both: true}
		got := s.crawl(t, scope)
		if lane.rows < 300 {
			t.Fatalf("search returned %d rows: this shows nothing", lane.rows)
		}
		if diff := cmp.Diff(strings.Split(text(t, want.Snapshot), "\n"), strings.Split(text(t, got.Snapshot), "\n")); diff != "" || !got.Complete {
			t.Errorf("complete: %t; - by lists, + by both:\n%s", got.Complete, diff)
		}
	})
}
