package nightly_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/crawl"
	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
	"hubgraph/internal/nightlytest"
	"hubgraph/queries"
)

// sales is what every portal of the stories begins with: two customers, and deals of them.
const sales = `
portal 77
pipeline deals default "Sales"
stage deals default open "Open" isClosed=false
stage deals default won "Won" isClosed=true
label contacts 21 "Advisor" companies 22 "Advises"
contacts 101 created=2025-01-01T00:00:00Z
companies 201 created=2025-01-01T00:00:00Z
contacts 101 -> companies 201 "Advisor"
deals 301 created=2025-01-01T00:00:00Z pipeline=default dealstage=open
deals 302 created=2025-01-01T00:00:00Z pipeline=default dealstage=open
deals 301 -> contacts 101
deals 301 -> companies 201
deals 302 -> contacts 101
deals 302 -> companies 201
`

// portal is a portal that is crawled and audited night after night.
type portal struct {
	*testing.T
	portal     *sim.Portal
	data       *lake.Data
	files      *duckdb.Files // once there was a night
	rules      nightly.Rules
	faults     []sim.Fault
	types      []string            // that are crawled; none: the default
	properties map[string][]string // that are asked for beside the usual ones, by type
	nights     []*nightly.Night
}

// newPortal makes one of text in the portal language, behind what sales says.
func newPortal(t *testing.T, text string) *portal {
	t.Helper()
	made, err := sim.Parse("portal", sales+text)
	if err != nil {
		t.Fatal(err)
	}
	return &portal{T: t, portal: made, data: nightlytest.Folder(t), rules: nightly.DefaultRules()}
}

// goWrong has the portal answer so from now on: lines of a fault file, or nothing.
func (p *portal) goWrong(lines string) {
	p.Helper()
	var err error
	if p.faults, err = sim.ParseFaultFile("faults", lines); err != nil {
		p.Fatal(err)
	}
}

// client serves the portal with some faults, and returns a client of it and what ends both.
func (p *portal) client(faults ...sim.Fault) (*hubspot.Client, func()) {
	p.Helper()
	url, stop, err := sim.NewServer(p.portal, sim.Options{Faults: faults}).Start("127.0.0.1:0")
	if err != nil {
		p.Fatal(err)
	}
	client, err := hubspot.New("any", hubspot.Options{BaseURL: url, SearchRate: nightlytest.Searches})
	if err != nil {
		p.Fatal(err)
	}
	return client, func() { client.Close(); stop() }
}

// night lets a night pass that a text describes, and crawls and audits.
func (p *portal) night(text string) *nightly.Audited {
	p.Helper()
	if err := p.portal.Script("night", text); err != nil {
		p.Fatal(err)
	}
	client, stop := p.client(p.faults...)
	defer stop()
	night, audited, err := nightly.Run(p.Context(), nightly.Crawling{Client: client, Data: p.data, Scope: crawl.Scope{Types: p.types, Properties: p.properties}}, nightly.Auditing{Rules: p.rules})
	if err != nil {
		p.Fatal(err)
	}
	p.files = night.Files
	p.nights = append(p.nights, night)
	return audited
}

// last is the newest crawl.
func (p *portal) last() *nightly.Night { return p.nights[len(p.nights)-1] }

// audit audits without a crawl.
func (p *portal) audit(a nightly.Auditing) *nightly.Audited {
	p.Helper()
	a.Files = p.files
	if a.Rules.Settings == nil {
		a.Rules = p.rules
	}
	audited, err := nightly.Audit(p.Context(), a)
	if err != nil {
		p.Fatal(err)
	}
	return audited
}

// ofTheStories leaves the register with the checks that the stories are about: what they
// do to a portal is found by others, too.
const ofTheStories = `
	WITH about AS (SELECT unnest(['association_definition_changed', 'deal_fully_orphaned', 'deal_without_company', 'deal_without_contact',
		'edge_endpoint_absent', 'edge_label_changed', 'inverse_label_missing', 'inverse_pair_missing']) AS check_id),
	findings AS (FROM main.findings SEMI JOIN about USING (check_id)),
	finding_changes AS (FROM main.finding_changes SEMI JOIN about USING (check_id))
`

// ask asks the published DuckDB file for rows of texts.
func (p *portal) ask(query string) []string {
	p.Helper()
	db, err := duckdb.OpenPublished(p.data.Dir(), duckdb.Memory(0))
	if err != nil {
		p.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(p.Context(), ofTheStories+query)
	if err != nil {
		p.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			p.Fatal(err)
		}
		list = append(list, text)
	}
	if err := rows.Err(); err != nil {
		p.Fatal(err)
	}
	return list
}

// register is a line for each finding that was ever made: what it is about, its state,
// why it ended, and whether it is waived.
func (p *portal) register() []string {
	p.Helper()
	return p.ask(`
		SELECT check_id || coalesce(' ' || subject_type || ':' || subject_id, '') || coalesce(' ' || from_type || coalesce(':' || from_id, '') || ' ' || to_type || coalesce(':' || to_id, ''), '')
			|| ' ' || state || coalesce(' ' || cause, '') || if(waived_until IS NULL, '', ' waived')
		FROM findings ORDER BY 1`)
}

// want checks the register: lines, in their order.
func (p *portal) want(lines ...string) {
	p.Helper()
	if diff := cmp.Diff(lines, p.register()); diff != "" {
		p.Errorf("night %d: the register, - want, + got:\n%s", len(p.nights), diff)
	}
}

// result is what a check came to.
func result(r *nightly.Audited, check string) queries.CheckResult {
	i := slices.IndexFunc(r.Results, func(c queries.CheckResult) bool { return c.CheckID == check })
	return r.Results[i]
}

// counts are the status of a check, and how much is new and resolved.
func counts(r *nightly.Audited, check string) string {
	c := result(r, check)
	if c.New == nil {
		return fmt.Sprintf("%s %s", c.Status, *c.SkipReason)
	}
	return fmt.Sprintf("%s, %d new, %d resolved", c.Status, *c.New, *c.Resolved)
}

// wantCounts checks what a check came to.
func (p *portal) wantCounts(r *nightly.Audited, check, want string) {
	p.Helper()
	if got := counts(r, check); got != want {
		p.Errorf("night %d: %s: %s, want %s", len(p.nights), check, got, want)
	}
}

// everything is the DuckDB file's whole register, its changes and what was judged.
func (p *portal) everything() string {
	p.Helper()
	var text strings.Builder
	for _, table := range []string{"findings", "finding_changes", "judged_cells", "check_results"} {
		for _, row := range p.ask(fmt.Sprintf("SELECT CAST(t AS VARCHAR) FROM main.%s t ORDER BY 1", table)) {
			fmt.Fprintf(&text, "%s %s\n", table, row)
		}
	}
	return text.String()
}

// file is a hash of the published DuckDB file.
func (p *portal) file() string {
	p.Helper()
	b, err := os.ReadFile(filepath.Join(p.data.Dir(), lake.DuckDBFile))
	if err != nil {
		p.Fatal(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
