package nightly

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/internal/sentence"
	"hubgraph/internal/terminal"
	"hubgraph/queries"
	"hubgraph/repair"
)

// ErrNoRepair: there is no repair for what a check finds.
var ErrNoRepair = errors.New("it cannot be repaired")

// Planning is a plan to make.
type Planning struct {
	Dir    string // the data folder
	Memory duckdb.Memory
	// Checks are the ids of those whose findings are repaired. Without any, and where nothing
	// else is asked for, they are all whose repair the portal determines.
	Checks []string
	// Night is what is restored: the id of a snapshot, a date, lake.LastComplete,
	// lake.LastAccepted, or the fingerprint of an event, which stands for the night that it
	// was compared with; empty: nothing.
	Night   string
	Family  string         // id of the one whose findings are repaired; empty: all
	Options repair.Options // but for Now, Checks and Restore
}

// Planned is a plan, and what it rests on.
type Planned struct {
	*repair.Plan
	// NotRun are the ids of the checks that the plan is made of and that say nothing: they
	// were skipped, broke, or never ran in the audit.
	NotRun []string
	// Lost are open losses, where something was to be restored: all of them where nothing was
	// lost since that night, and else those of links and labels that this plan does not put
	// back, since another night is the one that had them.
	Lost []Loss
}

// Loss is what a check found of a night.
type Loss struct {
	Check    string `json:"check"`
	Night    string `json:"night"` // the snapshot that still had it
	Findings int    `json:"findings"`
}

// Plan plans the repair of what the newest audit found, which must be of the snapshot in
// the DuckDB file and of the newest in the lake.
func Plan(ctx context.Context, p Planning) (*Planned, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	path, err := duckdb.Newest(p.Dir)
	if err != nil {
		return nil, err
	}
	db, err := duckdb.Open(path, p.Memory)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	files, err := p.files()
	if err != nil {
		return nil, err
	}
	last, err := audited(ctx, db, files, p.reads())
	if err != nil {
		return nil, err
	}
	events, err := queries.OpenEvents(ctx, db)
	if err != nil {
		return nil, err
	}
	source := repair.Source{PortalID: last.PortalID, SnapshotID: last.SnapshotID, BaselineID: last.BaselineID, AuditID: last.AuditID, CrawledAt: last.FinishedAt, DB: db}
	source.Findings = append(slices.DeleteFunc(last.Findings, func(f queries.Finding) bool { return f.Kind == queries.EventKind }), events...)
	o := p.Options
	if o.Parts.Findings, err = p.family(source.Findings); err != nil {
		return nil, err
	}
	o.Now, o.MaxAge = time.Now(), cmp.Or(o.MaxAge, repair.MaxAge)
	o.Checks, o.RuleChecks = p.determined(), p.inferred()
	if o.Restore = p.Night != ""; o.Restore {
		night, err := p.night(files, last, events)
		if err != nil {
			return nil, err
		}
		source.BaselineID, source.Night = &night.ID, db
		if last.BaselineID == nil || *last.BaselineID != night.ID {
			if source.Night, err = files.Compare(ctx, path, night); err != nil {
				return nil, err
			}
			defer source.Night.Close()
		}
		links := p.asks("edge_removed") || p.asks("newly_orphaned") || p.asks("mass_disassociation")
		o.OnlyLinks, o.OnlyLabels = links && !p.asks("edge_label_changed"), !links && p.asks("edge_label_changed")
	}
	plan, err := repair.New(ctx, source, o)
	if err != nil {
		return nil, err
	}
	planned := &Planned{Plan: plan, NotRun: notRun(last, o, source.Night == db), Lost: []Loss{}}
	switch {
	case !o.Restore:
	case !planned.restores():
		planned.Lost = losses(events)
	case p.Family == "":
		if o.OnlyLinks || o.OnlyLabels {
			events = slices.DeleteFunc(events, func(f queries.Finding) bool { return (f.CheckID == "edge_label_changed") != o.OnlyLabels })
		}
		lacking, err := planned.lacking(ctx, db, events, *source.BaselineID)
		if err != nil {
			return nil, err
		}
		planned.Lost = losses(lacking)
	}
	return planned, nil
}

// restores reports whether something is put back, or would be if it could be sent.
func (p *Planned) restores() bool {
	for op := range p.all() {
		if op.Class == repair.Restored {
			return true
		}
	}
	return false
}

// all are the operations, and then those that cannot be sent.
func (p *Planned) all() iter.Seq[repair.Operation] {
	return func(yield func(repair.Operation) bool) {
		for _, op := range p.Operations {
			if !yield(op) {
				return
			}
		}
		for _, r := range p.Blocked {
			if !yield(r.Operation) {
				return
			}
		}
	}
}

// lacking are the events about pairs of which the plan does not say all that they lost, and which
// were compared with another night than the one that is restored: a link or a label may have come
// after that one, or gone before it.
func (p *Planned) lacking(ctx context.Context, db *sql.DB, events []queries.Finding, night string) ([]queries.Finding, error) {
	type pair [2]graphmodel.Key
	said := map[pair]map[string]bool{}
	say := func(from, to graphmodel.Key, types ...repair.Type) {
		of := pair{from, to}
		if said[of] == nil {
			said[of] = map[string]bool{}
		}
		for _, t := range types {
			said[of][t.String()] = true
		}
	}
	for op := range p.all() {
		from, to := graphmodel.Key{Type: op.FromType, ID: op.FromID}, graphmodel.Key{Type: op.ToType, ID: op.ToID}
		say(from, to, slices.Concat(op.Types, op.Before.Forward)...)
		say(to, from, op.Before.Inverse...)
		for _, r := range op.Effects {
			say(graphmodel.Key{Type: r.FromType, ID: r.FromID}, graphmodel.Key{Type: r.ToType, ID: r.ToID}, repair.Type{Category: r.Category, TypeID: r.TypeID})
		}
	}
	today, err := queries.Today(ctx, db)
	if err != nil {
		return nil, err
	}
	var list []queries.Finding
	for _, f := range events {
		if f.FromID == nil || f.ToID == nil || f.BaselineID == nil || *f.BaselineID == night {
			continue
		}
		var lost struct{ Types, Removed []string } // a pair, or labels of one that is left
		if err := json.Unmarshal([]byte(f.Evidence), &lost); err != nil {
			return nil, fmt.Errorf("finding %s of %s: %w", f.Fingerprint, f.CheckID, err)
		}
		of, known := said[pair{{Type: *f.FromType, ID: *today(f.FromType, f.FromID)}, {Type: *f.ToType, ID: *today(f.ToType, f.ToID)}}]
		if !known || slices.ContainsFunc(slices.Concat(lost.Types, lost.Removed), func(t string) bool { return !of[t] }) {
			list = append(list, f)
		}
	}
	return list, nil
}

// asks reports whether a check was asked for.
func (p Planning) asks(check string) bool { return slices.Contains(p.Checks, check) }

// check makes sure that what is asked for exists, and can be planned.
func (p Planning) check() error {
	checks, err := queries.Select(p.Checks...)
	if err != nil {
		return err
	}
	if err := repair.CheckRules(p.Options.Rules); err != nil || len(p.Checks) == 0 {
		return err
	}
	for _, c := range checks {
		rule, isRule := strings.CutPrefix(c.Repair, queries.RepairRule)
		switch {
		case c.Repair == "":
			return sentence.New(ErrNoRepair, "--check %s: hubgraph cannot repair what this check finds", c.ID)
		case c.Repair == queries.RepairRestore && p.Night == "":
			return sentence.New(ErrNoRepair, "--check %s: what this check finds is restored from an earlier night: add --restore-from with its id, or last-complete", c.ID)
		case isRule && !slices.Contains(p.Options.Rules, rule):
			return sentence.New(ErrNoRepair, "--check %s: what this check finds can only be inferred: ask for the rule with --rule %s", c.ID, rule)
		}
	}
	return nil
}

// determined are the ids of the checks whose repair the portal determines, as asked for.
func (p Planning) determined() []string {
	if len(p.Checks) == 0 && (p.Night != "" || len(p.Options.Rules) > 0 || p.Options.Pairs != "") {
		return nil
	}
	var ids []string
	for _, c := range queries.All() {
		if c.Determined() && (len(p.Checks) == 0 || p.asks(c.ID)) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// inferred are the ids of the checks that were asked for and are served by a rule.
func (p Planning) inferred() []string {
	return slices.DeleteFunc(slices.Clone(p.Checks), func(id string) bool {
		checks, err := queries.Select(id)
		return err != nil || !strings.HasPrefix(checks[0].Repair, queries.RepairRule)
	})
}

// reads are the ids of the checks whose findings of states the plan is made of; nil: of all,
// where a family is to be found among them.
func (p Planning) reads() []string {
	if p.Family != "" {
		return nil
	}
	ids := append([]string{}, p.determined()...)
	for _, c := range queries.All() {
		if rule, is := strings.CutPrefix(c.Repair, queries.RepairRule); is && slices.Contains(p.Options.Rules, rule) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// family is the fingerprints of the findings of the family that is asked for; nil where none
// is.
func (p Planning) family(findings []queries.Finding) (map[string]bool, error) {
	if p.Family == "" {
		return nil, nil
	}
	of := map[string]bool{}
	for _, f := range findings {
		if f.Family != nil && strings.EqualFold(*f.Family, p.Family) {
			of[f.Fingerprint] = true
		}
	}
	if len(of) == 0 {
		return nil, noFamily(p.Family)
	}
	return of, nil
}

// files are those of the portal of the data folder.
func (p Planning) files() (*duckdb.Files, error) {
	data, err := lake.Find(p.Dir)
	if err != nil {
		return nil, err
	}
	portal, err := data.Only()
	if err != nil {
		return nil, err
	}
	return duckdb.Of(portal, p.Memory), nil
}

// audited is the newest audit of the snapshot in a DuckDB file, with what some checks found,
// or all where checks is nil. The snapshot must be the newest of the lake: of two snapshots a
// plan would be a mixture.
func audited(ctx context.Context, db *sql.DB, files *duckdb.Files, checks []string) (*queries.Past, error) {
	last, err := queries.LastAudit(ctx, db, checks)
	if errors.Is(err, queries.ErrNoAudit) {
		return nil, sentence.New(queries.ErrNoAudit, "there is no audit of the newest snapshot to repair from: run `hubgraph audit` first")
	}
	if err != nil {
		return nil, err
	}
	newest, err := files.NewestComplete()
	if err == nil && lake.CompareIDs(newest.ID, last.SnapshotID) > 0 {
		err = sentence.New(queries.ErrNoAudit, "the newest audit is of snapshot %s, and there is a newer one, %s: run `hubgraph audit` first", last.SnapshotID, newest.ID)
	}
	return last, err
}

// printPattern is what a fingerprint, or the beginning of one, looks like.
var printPattern = regexp.MustCompile(`^[0-9a-f]{6,64}$`)

// night finds the snapshot to restore from.
func (p Planning) night(files *duckdb.Files, last *queries.Past, events []queries.Finding) (lake.Entry, error) {
	choice := p.Night
	if choice == lake.NoBaseline {
		return lake.Entry{}, sentence.New(repair.ErrUsage, "--restore-from %s: name a night: the id of a snapshot, a date, %s, %s, or the fingerprint of an event", choice, lake.LastComplete, lake.LastAccepted)
	}
	if printPattern.MatchString(choice) {
		nights := map[string]bool{}
		for _, f := range events {
			if strings.HasPrefix(f.Fingerprint, choice) && f.BaselineID != nil {
				nights[*f.BaselineID] = true
				choice = *f.BaselineID
			}
		}
		if len(nights) != 1 {
			return lake.Entry{}, sentence.New(repair.ErrUsage, "--restore-from %s: %d nights have an open event with this fingerprint: name one event, as `hubgraph sql \"FROM findings WHERE state = 'event'\"` lists them", p.Night, len(nights))
		}
	}
	snapshot, err := files.Find(last.SnapshotID)
	if err != nil {
		return lake.Entry{}, err
	}
	b, err := files.Baseline(snapshot, choice)
	if err != nil {
		return lake.Entry{}, err
	}
	if b.Entry == nil {
		return lake.Entry{}, sentence.New(lake.ErrNoSnapshot, "--restore-from %s: there is no such night: %s", p.Night, strings.TrimPrefix(b.Why, "no baseline: "))
	}
	return *b.Entry, nil
}

// notRun are the ids of the checks that the plan is made of and that say nothing. compared
// says that the night to restore from is the one that the audit compared with.
func notRun(last *queries.Past, o repair.Options, compared bool) []string {
	ids := []string{}
	for _, c := range queries.All() {
		rule, isRule := strings.CutPrefix(c.Repair, queries.RepairRule)
		asked := slices.Contains(o.Checks, c.ID) || isRule && slices.Contains(o.Rules, rule) && (len(o.RuleChecks) == 0 || slices.Contains(o.RuleChecks, c.ID)) ||
			compared && (c.ID == "edge_removed" && !o.OnlyLabels || c.ID == "edge_label_changed" && !o.OnlyLinks)
		if asked && !last.Ran[c.ID] {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// losses counts the open losses by check and night, the newest night first.
func losses(events []queries.Finding) []Loss {
	var restored []string
	for _, c := range queries.All() {
		if c.Repair == queries.RepairRestore {
			restored = append(restored, c.ID)
		}
	}
	count := map[Loss]int{}
	for _, f := range events {
		if slices.Contains(restored, f.CheckID) && f.BaselineID != nil {
			count[Loss{Check: f.CheckID, Night: *f.BaselineID}]++
		}
	}
	list := []Loss{}
	for l, n := range count {
		l.Findings = n
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b Loss) int {
		return cmp.Or(lake.CompareIDs(b.Night, a.Night), strings.Compare(a.Check, b.Check))
	})
	return list
}

// WriteText writes for a person what was planned. command makes a command line of what
// follows the name of the program.
func (p *Planned) WriteText(w io.Writer, name string, command func(string) string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d operations in %s", len(p.Operations), name)
	if len(p.Blocked) > 0 {
		fmt.Fprintf(&b, ", and %d that cannot be sent, each with its cause", len(p.Blocked))
	}
	fmt.Fprintf(&b, "\n%s\n", p.Digest)
	if len(p.NotRun) > 0 {
		fmt.Fprintf(&b, "not run in that audit, so that nothing is known of what they find: %s\n", strings.Join(p.NotRun, ", "))
	}
	if len(p.Lost) > 0 {
		lead := "nothing was lost since that night; open losses"
		if p.restores() {
			lead = "not put back by this plan: open losses of other nights"
		}
		fmt.Fprintf(&b, "%s, with the night that still had it:\n", lead)
		for _, l := range p.Lost {
			fmt.Fprintf(&b, "  %s of %s: %s\n", terminal.Count(int64(l.Findings), "finding"), l.Check, command("repair plan --restore-from "+l.Night+" --output "+name))
		}
	}
	if len(p.Operations)+len(p.Blocked) > 0 {
		fmt.Fprintf(&b, "look:  %s\n", command("repair show "+name))
	}
	if len(p.Operations) > 0 {
		fmt.Fprintf(&b, "apply: %s\n", command(fmt.Sprintf("repair apply %s --execute --approve %s", name, p.Digest)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
