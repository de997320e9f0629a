package repair

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/internal/sentence"
	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
)

// Source is what a plan is made of: an audit, and the snapshot that it is of.
type Source struct {
	PortalID   int64
	SnapshotID string
	BaselineID *string // of the audit, or the night to restore from
	AuditID    string
	CrawledAt  time.Time         // when the crawl of the snapshot ended
	Findings   []queries.Finding // open ones
	DB         *sql.DB           // the audited snapshot
	// Night is the audited snapshot beside the night to restore from, as its baseline. It
	// may be DB itself, and is nil where nothing is to be restored.
	Night *sql.DB
}

// MaxAge is how long after its crawl a plan may be applied, where nobody says otherwise.
const MaxAge = 24 * time.Hour

// Options say what is planned.
type Options struct {
	Now time.Time
	// MaxAge is how long after the end of the crawl the plan may be applied.
	MaxAge time.Duration
	// Checks are the ids of checks whose repair the portal determines.
	Checks []string
	// AcceptLearned takes inverse types for known that were only learned from the links.
	AcceptLearned   bool
	Restore         bool // what Source.Night still had is put back
	OnlyLinks       bool // of that, whole links
	OnlyLabels      bool // of that, labels of links that are left
	IncludeReplaced bool // of that, also what was replaced in the same night
	Rules           []string
	RuleChecks      []string // of the checks that rules serve; none: all
	Pairs           string   // name of a file of pairs; empty: none
	Force           []string // classes that are planned although much lacks its inverse
	Parts           Parts
}

// ErrUsage: what was asked for cannot be planned.
var ErrUsage = errors.New("it cannot be planned")

// ErrRefused: so much lacks its inverse that the crawl or a fact must be at fault.
var ErrRefused = errors.New("the class is refused")

// New makes a plan. What is known not to be possible, and what would take away what
// somebody put elsewhere, is blocked in it, with the cause.
func New(ctx context.Context, s Source, o Options) (*Plan, error) {
	now := o.Now.UTC().Truncate(time.Second)
	p := &Plan{PortalID: s.PortalID, SnapshotID: s.SnapshotID, BaselineID: s.BaselineID, AuditID: &s.AuditID,
		CreatedAt: now, ExpiresAt: s.CrawledAt.UTC().Truncate(time.Second).Add(o.MaxAge)}
	if !o.Now.Before(p.ExpiresAt) {
		return nil, sentence.New(ErrExpired, "snapshot %s was crawled more than %s ago, and a plan of it would have expired: crawl and audit again, or allow more with --max-age", s.SnapshotID, o.MaxAge)
	}
	conn, err := s.DB.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	c := &completion{conn: conn, options: o}
	if err := c.readDefinitions(ctx); err != nil {
		return nil, fmt.Errorf("read the association types: %w", err)
	}
	proposed, err := c.propose(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := c.complete(ctx, proposed); err != nil {
		return nil, err
	}
	for i := range proposed {
		if op := &proposed[i]; op.cause != "" && o.Parts.picks(&op.Operation) {
			p.Blocked = append(p.Blocked, Refused{op.Operation, op.cause})
		}
	}
	operations, err := o.Parts.of(slices.DeleteFunc(proposed, func(op proposal) bool { return op.cause != "" }))
	if err != nil {
		return nil, err
	}
	p.Operations = make([]Operation, len(operations))
	for i := range operations {
		p.Operations[i] = operations[i].Operation
	}
	if err := c.refuse(ctx, p); err != nil {
		return nil, err
	}
	p.Definitions = c.touched(p)
	p.Seal()
	return p, nil
}

// proposal is an operation in the making.
type proposal struct {
	Operation
	also  []Requirement // what its source demands beside what every operation does
	rows  []Row         // that come beside, as its source knows
	cause string        // why it cannot be sent; empty: it can
	// labels are the texts that the types had in the night to restore from; nil: today's.
	labels map[Type]string
	// texts are those of all types in that night; nil: none is restored.
	texts map[directed]string
	// alone says that what the record lists of the other's type stays as it is until then.
	alone bool
	// labelled says that the pair gets no other label until then.
	labelled bool
	// listed says that the record must list the other already.
	listed bool
	// mirrors says that the operation writes what the other end lists.
	mirrors bool
}

// propose collects what the sources say, each pair and type once. What was lost comes before what
// can be said of what is left.
func (c *completion) propose(ctx context.Context, s Source) ([]proposal, error) {
	var all []proposal
	if c.options.Restore {
		restored, err := c.restored(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("read what was lost: %w", err)
		}
		all = restored
	}
	determined, err := c.determined(s.Findings)
	if err != nil {
		return nil, err
	}
	all = append(all, determined...)
	inferred, err := c.inferred(s.Findings)
	if err != nil {
		return nil, err
	}
	all = append(all, inferred...)
	if c.options.Pairs != "" {
		given, err := c.given(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, given...)
	}
	all = c.primaryFirst(all)
	met := make(map[Row]bool, len(all))
	return slices.DeleteFunc(all, func(op proposal) bool {
		op.Types = slices.DeleteFunc(op.Types, func(t Type) bool {
			row := op.ends().row(t)
			again := met[row]
			met[row] = true
			return again
		})
		return len(op.Types) == 0
	}), nil
}

// primaryFirst puts what marks a primary company before the rest: HubSpot makes a record's first
// company its primary one.
func (c *completion) primaryFirst(all []proposal) []proposal {
	first, rest := make([]proposal, 0, len(all)), []proposal{}
	for _, op := range all {
		if c.marks(op) {
			first = append(first, op)
		} else {
			rest = append(rest, op)
		}
	}
	return append(first, rest...)
}

// marks reports whether a proposal makes a company the primary one of a record.
func (c *completion) marks(op proposal) bool {
	return slices.ContainsFunc(op.Types, func(t Type) bool {
		d := c.define(op.FromType, op.ToType, t)
		return d != nil && d.isPrimary
	})
}

// refuse refuses what is determined where so many pairs lack their inverse that the crawl
// or a fact must be at fault: HubSpot keeps every association from both ends.
func (c *completion) refuse(ctx context.Context, p *Plan) error {
	if !slices.ContainsFunc(p.Operations, func(op Operation) bool { return op.Class == Determined }) {
		return nil
	}
	err := c.conn.QueryRowContext(ctx, pairsQuery).Scan(&p.Pairs, &p.InverseLess)
	if err != nil {
		return fmt.Errorf("count what lacks its inverse: %w", err)
	}
	if p.InverseLess > someInverseless && float64(p.InverseLess) > mostInverseless*float64(p.Pairs) && !slices.Contains(c.options.Force, Determined) {
		return sentence.New(ErrRefused, "%d of %d pairs lack their inverse, which is more than HubSpot itself leaves behind: the crawl or a fact is at fault, so nothing that the portal determines is planned; look at some of them in HubSpot, and if they are so, add --force-class %s",
			p.InverseLess, p.Pairs, Determined)
	}
	return nil
}

// pairsQuery counts the ordered pairs of live records, and those of them that lack something on
// the way back. The rows of a pair follow each other in the table, so that a row whose hash
// is not that of the row before it begins a pair: that takes one scan, where grouping pairs
// by their ids takes that of a sort. That two pairs have the same hash happens once in ten billion
// billions. Beside it stand the few that merges moved.
const pairsQuery = `
	WITH moved AS (
		SELECT from_type, from_id, to_type, to_id, has_reverse, has_inverse FROM moved_associations WHERE NOT is_older
		UNION ALL SELECT from_type, from_id, to_type, to_id, has_reverse, has_inverse FROM older_associations
	)
	SELECT
		count(*) FILTER (first)
			+ (SELECT count(*) FROM (SELECT DISTINCT from_type, from_id, to_type, to_id FROM moved) m
				ANTI JOIN associations a ON a.live AND a.from_type = m.from_type AND a.from_id = m.from_id AND a.to_type = m.to_type AND a.to_id = m.to_id),
		count(DISTINCT pair) FILTER (lacks)
	FROM (
		SELECT pair, pair IS DISTINCT FROM lag(pair) OVER () AS first, lacks
		FROM (SELECT hash(from_type, from_id, to_type, to_id) AS pair, NOT has_reverse OR NOT has_inverse AS lacks FROM associations WHERE live)
		UNION ALL
		SELECT hash(from_type, from_id, to_type, to_id), FALSE, NOT has_reverse OR NOT has_inverse FROM moved
	)`

// require demands what every operation rests on: that both records live, that the types are
// defined and that the pair lacks them, and that what the two list of each other is there
// still. A pair that one of them alone lists may be unlinked by somebody until then.
func (o *Operation) require() {
	e := o.ends()
	o.Require = append(make([]Requirement, 0, 4+2*len(o.Types)+len(o.Before.Forward)+len(o.Before.Inverse)), Live(e.from), Live(e.to))
	for i := range o.Types {
		t := &o.Types[i]
		defined := Requirement{That: IsDefined, Type: &e.from.Type, ToType: &e.to.Type}.of(t)
		if i < len(o.Labels) && o.Labels[i] != "" {
			defined.Label = &o.Labels[i]
		}
		o.Require = append(o.Require, defined, ofPair(LacksType, &e.from, &e.to, t))
	}
	for i := range o.Before.Forward {
		o.Require = append(o.Require, ofPair(HasType, &e.from, &e.to, &o.Before.Forward[i]))
	}
	for i := range o.Before.Inverse {
		o.Require = append(o.Require, ofPair(HasType, &e.to, &e.from, &o.Before.Inverse[i]))
	}
}

// key is a record by object type and id.
func key(of string, id int64) graphmodel.Key { return graphmodel.Key{Type: of, ID: id} }

// each calls f for each row of a query on the connection.
func (c *completion) each(ctx context.Context, query string, args []any, f func(*sql.Rows) error) error {
	return sqlrows.Each(ctx, c.conn, query, args, f)
}
