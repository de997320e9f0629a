package queries

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options say how to audit.
type Options struct {
	AuditID     string  // start in UTC, YYYYMMDDThhmmssZ, with -2, -3 if taken
	ToolVersion string  // of hubgraph, for the audit's manifest
	Checks      []Check // none: Stable
	Policy      Policy
	Overrides   map[string]Override // by check
	Waivers     []Waiver
	Accepted    string            // newest snapshot of which somebody has taken note; empty: none
	Places      map[string]string // where a setting stands, by its key, for messages
	Limit       time.Duration     // how long a check of a user may run; 0: as long as it takes
	// Undone are the fingerprints of open events that a repair has undone, see Undone.
	Undone map[string]bool
	// NoBaseline is why the database holds no baseline, and FirstNight whether there is
	// no earlier snapshot at all.
	NoBaseline string
	FirstNight bool
	// Aside is why the audit does not enter the register of findings; empty: it does.
	Aside string
	Rows  *Rows // of another engine, which ran the checks; nil: their queries are asked here
	// Now is the clock for durations; nil: time.Now.
	Now func() time.Time
	// Progress, where set, is called before each check, and after the last one.
	Progress func(done, total int)
}

// Override is what the settings say of one check, beside what it reads: that stands in the
// table settings.
type Override struct {
	Severity Severity // of all its findings; empty: the check's own
	Gate     *Gate    // nil: the check's own
	Off      bool     // it is not run
}

// ErrNoSnapshot is wrapped where a database holds no audited snapshot.
var ErrNoSnapshot = errors.New("the database holds no snapshot")

// Audit runs checks on the snapshot in a DuckDB file, and compares what they find with
// the earlier audits in it. A check whose evidence is missing, or whose query breaks,
// says so in its result and stops nothing; an error means no audit.
func Audit(ctx context.Context, db *sql.DB, o Options) (*Report, error) {
	o.Policy.FailOn = cmp.Or(o.Policy.FailOn, DefaultPolicy.FailOn)
	if o.Now == nil {
		o.Now = time.Now
	}
	if len(o.Checks) == 0 {
		o.Checks = Stable()
	}
	o.Checks = slices.Clone(o.Checks)
	slices.SortStableFunc(o.Checks, func(a, b Check) int { return cmp.Compare(a.turn(), b.turn()) })
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	a := &audit{db: db, options: o, waivers: waivers{o.Waivers, make([]bool, len(o.Waivers)), map[string]bool{}},
		report: &Report{AuditID: o.AuditID, ToolVersion: o.ToolVersion, FailOn: o.Policy.FailOn, Aside: o.Aside}}
	if err := a.prepare(ctx); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	for i, c := range o.Checks {
		o.Progress(i, len(o.Checks))
		if err := a.check(ctx, c); err != nil {
			return nil, fmt.Errorf("audit %s: check %s: %w", a.report.Snapshot.SnapshotID, c.ID, err)
		}
	}
	kin, err := readKinship(ctx, db, a.report.Findings, a.aliases)
	if err != nil {
		return nil, fmt.Errorf("audit %s: read what findings share: %w", a.report.Snapshot.SnapshotID, err)
	}
	kin.group(a.report.Findings)
	o.Progress(len(o.Checks), len(o.Checks))
	if o.Aside == "" { // else a waiver may be of what was not asked
		a.report.Notes = append(a.report.Notes, a.waivers.notes(a.report.Snapshot.StartedAt, o.Checks)...)
	}
	return a.report, nil
}

// turn is 0 for checks of the snapshot, and 1 for those of the results of these.
func (c Check) turn() int {
	if c.needs("results") {
		return 1
	}
	return 0
}

// audit is one audit under way.
type audit struct {
	db       *sql.DB
	options  Options
	waivers  waivers
	settings []Setting
	portal   *named
	aliases  aliases
	evidence *evidence
	lacks    bool // there are records of which something was not read, in either night
	history  *history
	report   *Report
}

// prepare reads what all checks need.
func (a *audit) prepare(ctx context.Context) error {
	snapshot, err := readSnapshot(ctx, a.db, "snapshot")
	if err == nil && snapshot == nil {
		err = ErrNoSnapshot
	}
	if err != nil {
		return err
	}
	a.report.Snapshot = *snapshot
	if a.report.Baseline, err = readSnapshot(ctx, a.db, "baseline"); err != nil {
		return err
	}
	var lacks *lack
	if a.report.Baseline == nil {
		a.report.NoBaseline = cmp.Or(a.options.NoBaseline, "no baseline")
		lacks = &lack{cause: NoBaseline, text: a.report.NoBaseline}
		if a.options.FirstNight {
			lacks.cause = FirstNight
		}
	}
	if a.evidence, err = readEvidence(ctx, a.db, lacks); err != nil {
		return fmt.Errorf("read the coverage: %w", err)
	}
	if without := a.evidence.notCompared(); len(without) > 0 {
		a.report.Notes = append(a.report.Notes, "not compared with the baseline, which did not read them: "+strings.Join(without, ", "))
	}
	if a.report.LinkStats, err = readLinkStats(ctx, a.db, linkStats); err != nil {
		return fmt.Errorf("count what differs from the baseline: %w", err)
	}
	if a.report.Unread, a.report.Readable, err = readWhole(ctx, a.db); err != nil {
		return err
	}
	if a.lacks, err = lacksRecords(ctx, a.db); err != nil {
		return err
	}
	if a.aliases, err = readAliases(ctx, a.db); err != nil {
		return err
	}
	if a.settings, err = readSettings(ctx, a.db); err != nil {
		return err
	}
	if err := a.answered(); err != nil {
		return err
	}
	a.history, err = readHistory(ctx, a.db, snapshot.SnapshotID)
	return err
}

// answered makes sure that rows of another engine are of these checks and settings.
func (a *audit) answered() error {
	if a.options.Rows == nil {
		return nil
	}
	for _, c := range a.options.Checks {
		settings, _ := settingsOf(a.settings, c.ID)
		if err := a.options.Rows.answer(c, c.version(settings)); err != nil && c.File == "" && !a.options.Overrides[c.ID].Off {
			return err
		}
	}
	return nil
}

// readSnapshot reads the row of snapshot or baseline; nil where there is none.
func readSnapshot(ctx context.Context, db *sql.DB, from string, args ...any) (*SnapshotRow, error) {
	var s SnapshotRow
	err := db.QueryRowContext(ctx, `
		SELECT snapshot_id, portal_id, api_version, started_at, finished_at, complete, scope_hash, objects, associations, requests, tool_version, time_zone, currency
		FROM `+from, args...).Scan(&s.SnapshotID, &s.PortalID, &s.APIVersion, &s.StartedAt, &s.FinishedAt, &s.Complete, &s.ScopeHash,
		&s.Objects, &s.Associations, &s.Requests, &s.ToolVersion, &s.TimeZone, &s.Currency)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the %s: %w", from, err)
	}
	s.StartedAt, s.FinishedAt = s.StartedAt.UTC(), s.FinishedAt.UTC()
	return &s, nil
}

// check runs one check and adds its result and what it found to the report.
func (a *audit) check(ctx context.Context, c Check) error {
	own := a.options.Overrides[c.ID]
	c.Severity = cmp.Or(own.Severity, c.Severity)
	if own.Gate != nil {
		c.Gate = *own.Gate
	}
	settings, differ := settingsOf(a.settings, c.ID)
	version := c.version(settings)
	result := CheckResult{AuditID: a.report.AuditID, SnapshotID: a.report.Snapshot.SnapshotID, CheckID: c.ID, Title: c.Title, Kind: c.Kind,
		Severity: c.Severity, Gate: c.Gate.String(), CellsLeftOut: []string{}, Version: &version, ScopeHash: a.report.Snapshot.ScopeHash, Admitted: a.options.Aside == ""}
	if a.report.Baseline != nil {
		result.BaselineID = &a.report.Baseline.SnapshotID
	}
	r := &running{audit: a, check: c, own: own, result: &result, settings: settings, replaced: map[string]string{}}
	if differ {
		r.replaced["settings"] = asTable(settings)
	}
	if c.needs("results") {
		r.replaced["check_results"] = resultsTable(a.report.Results)
	}
	start := a.options.Now()
	err := r.fill(ctx)
	if err != nil {
		return err
	}
	result.DurationMS = a.options.Now().Sub(start).Milliseconds()
	a.report.Results = append(a.report.Results, result)
	return nil
}

// running is one check of an audit under way.
type running struct {
	*audit
	check    Check
	own      Override
	result   *CheckResult
	settings []Setting         // as it reads them
	replaced map[string]string // tables that the check reads otherwise than they stand in the database
	ground   ground
	unread   unread
}

// fill runs the check, sets all of its result but the duration, and adds what it found
// to the report.
func (r *running) fill(ctx context.Context) error {
	if r.ground = r.evidence.ground(r.check); r.own.Off {
		r.ground.skip = &lack{cause: TurnedOff, text: "off: the settings turn it off"}
	}
	if r.ground.skip == nil {
		r.ground.skip = r.check.withoutPolicy(r.settings)
	}
	if lack := r.ground.skip; lack != nil {
		r.result.Status, r.result.SkipReason, r.result.SkipCause = Skip, &lack.text, &lack.cause
		return nil
	}
	if r.check.Broken != "" {
		r.result.Status, r.result.SkipReason = Error, &r.check.Broken
		return nil
	}
	r.result.CellsLeftOut = append(r.result.CellsLeftOut, r.ground.leftOut...)
	wrong, err := r.unheardOf(ctx)
	if err != nil {
		return err
	}
	if wrong != nil {
		cause := WrongPolicy
		r.result.Status, r.result.SkipReason, r.result.SkipCause = Error, wrong, &cause
		return nil
	}
	if r.lacks {
		if r.unread, err = r.check.unread(ctx, r.db); err != nil {
			return err
		}
	}
	t, universe, err := r.look(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		reason := err.Error()
		r.result.Status, r.result.SkipReason = Error, &reason
		return nil
	}
	before := r.history.of(r.check.ID)
	if err := r.again(ctx, before, &t); err != nil {
		return err
	}
	l, err := before.live(t)
	if err != nil {
		return err
	}
	if err := r.causes(ctx, l); err != nil {
		return err
	}
	r.waivers.mark(l, before.register, t)
	if len(r.ground.leftOut) == 0 {
		r.waivers.judged[r.check.ID] = true
	}
	r.conclude(l, universe, t)
	r.judged(before)
	return nil
}

// look asks the check's queries, and keeps what rests on what was read.
func (r *running) look(ctx context.Context) (tonight, *int64, error) {
	t := tonight{check: r.check, portal: r.report.Snapshot.PortalID, audit: r.report.AuditID, snapshot: r.report.Snapshot.SnapshotID,
		start: r.report.Snapshot.StartedAt, baseline: r.result.BaselineID, accepted: r.options.Accepted, undone: r.options.Undone, ids: r.aliases}
	t.looked = func(f Finding) bool { return r.ground.judged(placeOf(r.check, f)) && !r.unread.concerns(f) }
	from, err := r.source()
	if err != nil {
		return t, nil, err
	}
	found, universe, err := r.ask(ctx, from, t.portal, r.ground.judged)
	t.found = slices.DeleteFunc(found, func(f Finding) bool { return !t.looked(f) })
	if r.own.Severity != "" {
		for i := range t.found {
			t.found[i].Severity = r.own.Severity
		}
	}
	return t, universe, err
}

// source is where the check's rows come from: another engine runs no checks of users.
func (r *running) source() (source, error) {
	if r.options.Rows != nil && r.check.File == "" && !r.check.inAudit() {
		return r.options.Rows.of(r.check)
	}
	return r.check.asking(r.db, r.replaced), nil
}

// ask runs the check; one of a user no longer than is allowed.
func (r *running) ask(ctx context.Context, from source, portal int64, judged func(place) bool) ([]Finding, *int64, error) {
	if r.check.File == "" || r.options.Limit == 0 {
		return r.check.run(ctx, from, portal, judged)
	}
	limited, cancel := context.WithTimeout(ctx, r.options.Limit)
	defer cancel()
	found, universe, err := r.check.run(limited, from, portal, judged)
	if err != nil && limited.Err() != nil {
		err = fmt.Errorf("%s:%d: it was stopped after %v, which the setting check_time allows", r.check.File, r.check.Line, r.options.Limit)
	}
	return found, universe, err
}

// nightTables are the tables of a snapshot that the DuckDB file holds of the baseline,
// too.
var nightTables = []string{"objects", "associations", "association_types", "coverage", "gaps", "id_alias", "pipelines", "object_types", "owners"}

// again runs a check of states that has changed since its newest result on the baseline,
// too: what it finds there is not new.
func (r *running) again(ctx context.Context, before past, t *tonight) error {
	t.changed = before.judged && r.check.Kind == StateKind && before.version != *r.result.Version && !r.check.needs("results")
	if !t.changed {
		return nil
	}
	note := "the check or its settings have changed: what it finds that was not open is not new"
	if r.report.Baseline == nil {
		r.result.Note = &note
		return nil
	}
	base := (&evidence{cells: r.evidence.earlier, live: r.evidence.live}).ground(r.check)
	if base.skip != nil { // what it would find there rests on nothing, and hides what is new
		note = "the check or its settings have changed, and the baseline did not read what it needs: what that brings counts as new"
		r.result.Note, t.changed = &note, false
		return nil
	}
	earlier := map[string]string{
		"snapshot": "SELECT * FROM main.baseline", "baseline": "SELECT * FROM main.baseline WHERE FALSE",
	}
	for name, query := range r.replaced {
		earlier[name] = query
	}
	for _, table := range nightTables {
		earlier[table] = "SELECT * FROM main.baseline_" + table
		earlier["baseline_"+table] = "SELECT * FROM main.baseline_" + table + " WHERE FALSE"
	}
	found, _, err := r.ask(ctx, r.check.asking(r.db, earlier), t.portal, base.judged)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil { // such as an older snapshot that lacks a column
		note += fmt.Sprintf(" (on the baseline it breaks: %v)", err)
		r.result.Note = &note
		return nil
	}
	t.before, r.result.Reran = map[string]bool{}, true
	for _, f := range found {
		if !base.judged(placeOf(r.check, f)) {
			continue
		}
		identity, err := r.check.identity(t.portal, f, r.aliases)
		if err != nil {
			return err
		}
		t.before[identity] = true
	}
	return nil
}

// conclude counts, and holds the findings against the gate.
func (r *running) conclude(l *life, universe *int64, t tonight) {
	slices.SortFunc(l.findings, compareFindings)
	r.result.count(l, universe, t.audit)
	failing := r.options.Policy.judge(r.check.Gate, l.findings, l.due, universe, t.audit, t.start)
	for _, i := range failing {
		f := &l.findings[i]
		if f.FailedAt == nil || l.due[f.Fingerprint] || r.options.Policy.remind(*f, t.start) {
			f.FailedAt = &t.start
			l.changes = append(l.changes, Change{AuditID: t.audit, SnapshotID: t.snapshot, Fingerprint: f.Fingerprint, CheckID: f.CheckID, Change: FailedTheRun, At: t.start})
		}
	}
	switch {
	case len(failing) > 0:
		r.result.Status = Fail
	case *r.result.Violations > 0, r.result.Note != nil:
		r.result.Status = Warn
	default:
		r.result.Status = OK
	}
	slices.SortStableFunc(l.changes, func(a, b Change) int {
		return compareTexts(a.Fingerprint, b.Fingerprint)
	})
	r.report.Findings = append(r.report.Findings, l.findings...)
	r.report.Changes = append(r.report.Changes, l.changes...)
}

// judged notes the places that the check judged for the first time.
func (r *running) judged(before past) {
	places := []place{{}}
	if r.ground.read != nil {
		places = places[:0]
		for p := range r.ground.read {
			places = append(places, p)
		}
		slices.SortFunc(places, func(a, b place) int { return compareTexts(a.from, b.from, a.to, b.to) })
	}
	for _, p := range places {
		if !before.judged || !before.cells[p] {
			r.report.Judged = append(r.report.Judged, JudgedCell{r.report.AuditID, r.check.ID, orNull(p.from), orNull(p.to)})
		}
	}
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// count fills the counts of a result.
func (r *CheckResult) count(l *life, universe *int64, audit string) {
	var open, found, opened, resolved, waived int64
	for _, f := range l.findings {
		switch {
		case f.Open():
			open++
			if f.LastAuditID == audit {
				found++
			}
			if l.fresh[f.Fingerprint] {
				opened++
			}
			if f.WaivedUntil != nil {
				waived++
			}
		case f.Ended():
			resolved++
		}
	}
	r.Violations, r.Universe, r.New, r.Resolved, r.Waived = &open, universe, &opened, &resolved, &waived
	if universe != nil && *universe > 0 {
		hundredths := (20_000*found + *universe) / (2 * *universe) // of a percent, half a one rounded up
		percent := float64(hundredths) / 100
		r.Percent = &percent
	}
}

// Ended reports whether what the finding was about came to an end: it did not where the
// finding became one with another, or where the check says something else than before.
func (f Finding) Ended() bool {
	return f.State == Resolved && f.MergedInto == nil && (f.Cause == nil || *f.Cause != Dropped)
}

// chunk is how many records are named in one query.
const chunk = 1000

// causes finds out why findings were resolved, as far as the two nights say it.
func (r *running) causes(ctx context.Context, l *life) error {
	var resolved []*Finding
	for i, f := range l.findings {
		if f.Ended() && f.Cause == nil {
			resolved = append(resolved, &l.findings[i])
		}
	}
	for part := range slices.Chunk(resolved, chunk) {
		if err := r.causesOf(ctx, part); err != nil {
			return fmt.Errorf("find out why findings were resolved: %w", err)
		}
	}
	causes := map[string]*string{}
	for _, f := range resolved {
		causes[f.Fingerprint] = f.Cause
	}
	for i, c := range l.changes {
		if cause, ok := causes[c.Fingerprint]; ok && c.Change == Closed {
			l.changes[i].Cause = cause
		}
	}
	return nil
}

// ends are the records that a finding is about.
func (f Finding) ends() []record {
	var ends []record
	for _, end := range []struct {
		of *string
		id *int64
	}{{f.SubjectType, f.SubjectID}, {f.FromType, f.FromID}, {f.ToType, f.ToID}} {
		if end.of != nil && end.id != nil {
			ends = append(ends, record{*end.of, *end.id})
		}
	}
	return ends
}

func (r *running) causesOf(ctx context.Context, resolved []*Finding) error {
	live, lived, linked := map[record]bool{}, map[record]bool{}, map[record]map[record]bool{}
	var values []string
	for _, f := range resolved {
		for _, end := range f.ends() {
			values = append(values, fmt.Sprintf("(%s, %d)", literal(end.of), end.id))
		}
	}
	if len(values) == 0 {
		return nil
	}
	with := "WITH wanted (type, id) AS (VALUES " + strings.Join(values, ", ") + ") "
	var err error
	for table, found := range map[string]map[record]bool{"objects": live, "baseline_objects": lived} {
		query := with + "SELECT o.object_type, o.object_id FROM " + table + " o SEMI JOIN wanted w ON w.type = o.object_type AND w.id = o.object_id WHERE o.seen AND NOT o.archived"
		err = errors.Join(err, each(ctx, r.db, query, nil, func(rows *sql.Rows) error {
			var at record
			err := rows.Scan(&at.of, &at.id)
			found[at] = true
			return err
		}))
	}
	if err != nil {
		return err
	}
	if r.report.Baseline != nil {
		query := with + `SELECT DISTINCT a.from_type, a.from_id, a.to_type, a.to_id FROM associations a
			SEMI JOIN wanted w ON w.type = a.from_type AND w.id = a.from_id
			ANTI JOIN baseline_associations b ON b.from_type = a.from_type AND b.from_id = a.from_id AND b.to_type = a.to_type AND b.to_id = a.to_id`
		err = each(ctx, r.db, query, nil, func(rows *sql.Rows) error {
			var from, to record
			err := rows.Scan(&from.of, &from.id, &to.of, &to.id)
			if linked[from] == nil {
				linked[from] = map[record]bool{}
			}
			if !r.check.aboutRecords() || r.check.needsLink(from.of, to.of) {
				linked[from][to] = true
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, f := range resolved {
		ends := f.ends()
		if len(ends) == 0 {
			continue
		}
		switch {
		case slices.ContainsFunc(ends, func(end record) bool { _, away := r.aliases[end]; return away }):
			f.Cause = text("merged")
		case slices.ContainsFunc(ends, func(end record) bool { return lived[end] && !live[end] }):
			f.Cause = text("deleted")
		case len(ends) == 1 && len(linked[ends[0]]) > 0, len(ends) == 2 && (linked[ends[0]][ends[1]] || linked[ends[1]][ends[0]]):
			f.Cause = text("linked")
		}
	}
	return nil
}

// compareFindings orders the findings of a check by what they are about.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		compare(a.SubjectType, b.SubjectType), compare(a.SubjectID, b.SubjectID),
		compare(a.FromType, b.FromType), compare(a.FromID, b.FromID),
		compare(a.ToType, b.ToType), compare(a.ToID, b.ToID),
		compare(a.Category, b.Category), compare(a.TypeID, b.TypeID),
		strings.Compare(a.Fingerprint, b.Fingerprint))
}

func compare[T cmp.Ordered](a, b *T) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Compare(*a, *b)
}
