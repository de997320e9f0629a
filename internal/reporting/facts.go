package reporting

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"hubgraph/internal/sqlrows"
	"hubgraph/internal/web"
	"hubgraph/queries"
)

// readHistory reads how many findings of each check were open in the nights up to that of
// the audit.
func readHistory(ctx context.Context, db *sql.DB, audit *queries.Report, facts *web.Facts) error {
	var ids []string
	err := sqlrows.Each(ctx, db, `
		SELECT r.snapshot_id, min(s.started_at)
		FROM check_results r
		JOIN snapshots s USING (snapshot_id)
		WHERE coalesce(r.admitted, TRUE)
		GROUP BY ALL
		ORDER BY ALL`, nil, func(row *sql.Rows) error {
		var id string
		var at time.Time
		err := row.Scan(&id, &at)
		if queries.CompareIDs(id, audit.Snapshot.SnapshotID) <= 0 {
			ids, facts.Nights = append(ids, id), append(facts.Nights, at)
		}
		return err
	})
	if err != nil {
		return err
	}
	first := max(0, len(ids)-web.MostNights)
	ids, facts.Nights = ids[first:], facts.Nights[first:]
	return sqlrows.Each(ctx, db, `
		SELECT check_id, snapshot_id, arg_max(coalesce(violations, -1), audit_id)
		FROM check_results
		WHERE coalesce(admitted, TRUE)
		GROUP BY ALL`, nil, func(row *sql.Rows) error {
		var check, id string
		var open int64
		err := row.Scan(&check, &id, &open)
		if at := slices.Index(ids, id); at >= 0 && open >= 0 {
			if facts.Results[check] == nil {
				facts.Results[check] = make([]*int64, len(ids))
			}
			facts.Results[check][at] = &open
		}
		return err
	})
}

// readCoverage reads what was asked and answered, and what was not read.
func readCoverage(ctx context.Context, db *sql.DB, _ *queries.Report, facts *web.Facts) error {
	err := sqlrows.Each(ctx, db, `
		SELECT kind, from_type, coalesce(to_type, ''), coalesce(requested, 0), coalesce(received, 0), coalesce(empty, 0), coalesce(failed, 0), coalesce(unread, 0),
			coalesce(verdict, CASE WHEN complete THEN 'complete' ELSE 'incomplete' END), coalesce(reason, '')
		FROM coverage
		ORDER BY kind, from_type, to_type`, nil, func(row *sql.Rows) error {
		var c web.Cell
		err := row.Scan(&c.Kind, &c.From, &c.To, &c.Requested, &c.Received, &c.Empty, &c.Failed, &c.Unread, &c.Verdict, &c.Reason)
		facts.Coverage = append(facts.Coverage, c)
		return err
	})
	if err != nil {
		return err
	}
	return sqlrows.Each(ctx, db, "SELECT kind, from_type, coalesce(to_type, ''), from_id, coalesce(reason, '') FROM gaps ORDER BY ALL", nil, func(row *sql.Rows) error {
		var g web.Gap
		err := row.Scan(&g.Kind, &g.From, &g.To, &g.ID, &g.Reason)
		if facts.AllGaps++; facts.AllGaps <= web.MostGaps {
			facts.Gaps = append(facts.Gaps, g)
		}
		return err
	})
}

// errEnough ends a comparison of which no more is needed.
var errEnough = errors.New("enough")

// readChanged reads the definitions that changed since the baseline, and how much else did.
func readChanged(ctx context.Context, db *sql.DB, audit *queries.Report, facts *web.Facts) error {
	if audit.Baseline == nil {
		return nil
	}
	err := queries.ReadDiff(ctx, db, func(d *queries.Diff) error {
		facts.Counts = d.Counts
		return nil
	}, func(d queries.Difference) error {
		if d.Section != queries.Sections[0] || len(facts.Changed) == web.MostChanged {
			return errEnough
		}
		facts.Changed = append(facts.Changed, d)
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}
