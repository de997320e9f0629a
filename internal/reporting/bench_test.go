package reporting_test

import (
	"cmp"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/goals"
	"hubgraph/internal/nightlytest"
	"hubgraph/internal/replay"
	"hubgraph/internal/reporting"
	"hubgraph/internal/sqlrows"
	"hubgraph/internal/web"
	"hubgraph/queries/report"
)

// BenchmarkRecordPage asks for the pages of random contacts of a generated portal, of as many
// contacts as HUBGRAPH_CONTACTS says, after a night, and reports the CPU time of the middle
// one and of the 95th of a hundred, when it is first asked for and when it is asked for again.
func BenchmarkRecordPage(b *testing.B) {
	contacts, _ := strconv.Atoi(os.Getenv("HUBGRAPH_CONTACTS")) // none: 0
	files := nightlytest.Night(b, nightlytest.Folder(b), sim.Generate(sim.Spec{Seed: 1, Contacts: cmp.Or(contacts, 2000)}))
	var ids []int64
	db, err := duckdb.OpenPublished(files.Dir(), 0)
	if err != nil {
		b.Fatal(err)
	}
	err = sqlrows.Each(b.Context(), db, "SELECT object_id FROM objects WHERE object_type = 'contacts' ORDER BY object_id", nil, func(row *sql.Rows) error {
		ids = append(ids, 0)
		return row.Scan(&ids[len(ids)-1])
	})
	if err != nil {
		b.Fatal(err)
	}
	db.Close()
	pages := web.Explorer(reporting.NewExplorer(files, nil, report.Options{}))
	get := func(id int64) time.Duration {
		return replay.Cost(func() {
			w := httptest.NewRecorder()
			pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, fmt.Sprintf("/record/contacts/%d", id), nil))
			if w.Code != http.StatusOK {
				b.Fatalf("%d: %d\n%s", id, w.Code, w.Body)
			}
		})
	}
	random := rand.New(rand.NewPCG(3, 4))
	get(ids[0]) // compiles Graphviz, and reads what one end alone lists
	var first, again []time.Duration
	for b.Loop() {
		id := ids[random.IntN(len(ids))]
		first = append(first, get(id))
		again = append(again, get(id))
	}
	for name, times := range map[string][]time.Duration{"first": first, "again": again} {
		slices.Sort(times)
		goals.Most(b, 1000*times[len(times)/2].Seconds(), 60, name+"-median-CPU-ms")
		b.ReportMetric(1000*times[len(times)*95/100].Seconds(), name+"-p95-CPU-ms")
	}
}
