package reporting

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hubgraph/export/draw"
	"hubgraph/internal/web"
	"hubgraph/queries"
)

// drawMap draws the portal, with what changed since the baseline.
func drawMap(ctx context.Context, db *sql.DB, audit *queries.Report, facts *web.Facts) error {
	since := ""
	if audit.Baseline != nil {
		since = audit.Baseline.SnapshotID
	}
	picture, err := draw.Map(ctx, db, since)
	if err != nil {
		return err
	}
	if facts.Live {
		picture.Local()
	}
	facts.Map, err = picture.Inline(ctx, "map-")
	return unlessCancelled(ctx, err, "The map could not be drawn", facts)
}

// drawFindings draws the finding of each check that a person looks at first.
func drawFindings(ctx context.Context, db *sql.DB, audit *queries.Report, facts *web.Facts) error {
	for i, f := range web.Foremost(audit, facts.Fresh) {
		picture, err := draw.Finding(ctx, db, f.Fingerprint)
		if errors.Is(err, draw.ErrNoFinding) { // the audit was kept aside
			continue
		}
		if err != nil {
			return err
		}
		if facts.Live {
			picture.Local()
		}
		svg, err := picture.Inline(ctx, fmt.Sprintf("f%d-", i+1))
		if err == nil {
			facts.Pictures[f.Fingerprint] = svg
		}
		if err := unlessCancelled(ctx, err, "The finding "+f.Fingerprint+" could not be drawn", facts); err != nil {
			return err
		}
	}
	return nil
}

// unlessCancelled takes a picture that could not be drawn for one that the page lacks.
func unlessCancelled(ctx context.Context, err error, what string, facts *web.Facts) error {
	if err != nil && ctx.Err() == nil {
		facts.Missing = append(facts.Missing, fmt.Sprintf("%s: %v.", what, err))
		return nil
	}
	return err
}
