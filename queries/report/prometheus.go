package report

import (
	"fmt"
	"io"
	"strings"

	"hubgraph/internal/terminal"
	"hubgraph/queries"
)

// prometheus writes the numbers of a stream in the text format of Prometheus, for the
// textfile collector of its node exporter or for a Pushgateway. Its labels are ours but
// for the names of groups and currencies, which are cut.
type prometheus struct {
	w       io.Writer
	portal  string
	metrics []*metric
}

// metric is a family of samples.
type metric struct {
	name, help string
	samples    []string
}

// longestLabel is how many characters a label of a foreign text has at most.
const longestLabel = 64

func (p *prometheus) Write(e Event) error {
	switch e := e.(type) {
	case Begin:
		p.snapshot(e.Snapshot)
		p.add("hubgraph_snapshot_unread_records", "Records of the snapshot of which something was not read.", float64(e.Unread))
	case Check:
		p.check(e)
	case Register:
		p.snapshot(e.Snapshot)
		p.register(e)
	case Group:
		by, name := label("by", e.By), label("name", e.Name)
		p.add("hubgraph_group_findings", "Findings of the register that were asked for.", float64(e.Findings), by, name)
		p.add("hubgraph_group_new", "Those of them that are new.", float64(e.New), by, name)
	case Whole:
		p.snapshot(e.Snapshot)
		p.add("hubgraph_finding_open", "The finding is open.", number(e.Open()), label("check", e.CheckID), label("fingerprint", e.Fingerprint))
		return p.end()
	case Nights:
		p.snapshot(e.New)
		for _, c := range e.Counts {
			p.add("hubgraph_differences", "Differences of two nights.", float64(c.Count), label("section", c.Section), label("change", c.Change))
		}
	case End:
		p.add("hubgraph_audit_outcome", "What the audit came to: 0 green, 1 something was not judged, 2 a check failed, 3 a query broke.", float64(e.Outcome))
		return p.end()
	case Done:
		return p.end()
	}
	return nil
}

func (p *prometheus) snapshot(s queries.SnapshotRow) {
	p.portal = label("portal", fmt.Sprint(s.PortalID))
	p.add("hubgraph_snapshot_start_seconds", "Start of the crawl, Unix time.", float64(s.StartedAt.Unix()))
	p.add("hubgraph_snapshot_complete", "Everything that was asked was read.", number(s.Complete))
	p.add("hubgraph_snapshot_records", "Records of the snapshot.", float64(s.Objects))
	p.add("hubgraph_snapshot_associations", "Associations of the snapshot.", float64(s.Associations))
	p.add("hubgraph_snapshot_requests", "HTTP requests of the crawl.", float64(s.Requests))
}

// statuses are the outcomes of a check, each of which has a sample.
var statuses = []queries.Status{queries.OK, queries.Warn, queries.Fail, queries.Skip, queries.Error}

func (p *prometheus) check(c Check) {
	of := []string{label("check", c.CheckID), label("severity", string(c.Severity))}
	for _, s := range statuses {
		p.add("hubgraph_check_status", "The check has this status.", number(c.Status == s), append(of, label("status", string(s)))...)
	}
	for _, count := range []struct {
		name, help string
		n          *int64
	}{
		{"findings", "Findings that are open, waived ones too.", c.Violations}, {"new", "Findings that are new, reopened, or events of this night.", c.New},
		{"resolved", "Findings that were resolved this night.", c.Resolved}, {"waived", "Open findings that a waiver marks.", c.Waived},
		{"universe", "What the check looked at.", c.Universe},
	} {
		if count.n != nil {
			p.add("hubgraph_check_"+count.name, count.help, float64(*count.n), of...)
		}
	}
	for _, m := range c.Money {
		amount, _ := m.Amount.Float64()
		p.add("hubgraph_check_money", "Money that the open findings are about.", amount, append(of, label("currency", m.Currency))...)
	}
	p.add("hubgraph_check_duration_seconds", "How long the queries of the check ran.", float64(c.DurationMS)/1000, of...)
}

// register counts the findings that were asked for by check and state.
func (p *prometheus) register(r Register) {
	if r.By != "" {
		return
	}
	type key struct{ check, severity, state string }
	counts := map[key]int{}
	var order []key
	for _, f := range r.Findings {
		k := key{f.CheckID, string(f.Severity), string(f.State)}
		if counts[k]++; counts[k] == 1 {
			order = append(order, k)
		}
	}
	for _, k := range order {
		p.add("hubgraph_findings", "Findings of the register that were asked for.", float64(counts[k]), label("check", k.check), label("severity", k.severity), label("state", k.state))
	}
}

func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// label is a label of a sample.
func label(name, value string) string {
	runes := []rune(terminal.Printable(strings.ToValidUTF8(value, "�")))
	value = string(runes[:min(len(runes), longestLabel)])
	return name + `="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value) + `"`
}

// add adds a sample to a family.
func (p *prometheus) add(name, help string, value float64, labels ...string) {
	var family *metric
	for _, m := range p.metrics {
		if m.name == name {
			family = m
		}
	}
	if family == nil {
		family = &metric{name: name, help: help}
		p.metrics = append(p.metrics, family)
	}
	family.samples = append(family.samples, fmt.Sprintf("%s{%s} %g", name, strings.Join(append([]string{p.portal}, labels...), ","), value))
}

func (p *prometheus) end() error {
	var b strings.Builder
	for _, m := range p.metrics {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n%s\n", m.name, m.help, m.name, strings.Join(m.samples, "\n"))
	}
	_, err := io.WriteString(p.w, b.String())
	return err
}
