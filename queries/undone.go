package queries

import (
	"context"
	"database/sql"
	"fmt"
)

// repaired is the cause of an event that ended because a repair undid it.
const repaired = "repaired"

// Undone reports which of the open events of a check are not so any more, by fingerprint.
// The database has the snapshot, and as its baseline the night that the events were
// compared with: what the check does not find there is as it was in that night. What was not
// read says nothing.
func (c Check) Undone(ctx context.Context, db *sql.DB, events []Finding) (map[string]bool, error) {
	snapshot, err := readSnapshot(ctx, db, "snapshot")
	if err != nil {
		return nil, err
	}
	ids, err := readAliases(ctx, db)
	if err != nil {
		return nil, err
	}
	e, err := readEvidence(ctx, db, nil)
	if err != nil {
		return nil, fmt.Errorf("read the coverage: %w", err)
	}
	g := e.ground(c)
	if g.skip != nil {
		return nil, nil
	}
	u, err := c.unread(ctx, db)
	if err != nil {
		return nil, err
	}
	found, _, err := c.run(ctx, c.asking(db, nil), snapshot.PortalID, g.judged)
	if err != nil {
		return nil, err
	}
	still := map[string]bool{}
	for _, f := range found {
		identity, err := c.identity(snapshot.PortalID, f, ids)
		if err != nil {
			return nil, err
		}
		still[identity] = true
	}
	undone := map[string]bool{}
	for _, f := range events {
		identity, err := c.identity(snapshot.PortalID, f, ids)
		if err != nil {
			return nil, err
		}
		if !still[identity] && g.judged(placeOf(c, f)) && !u.concerns(f) {
			undone[f.Fingerprint] = true
		}
	}
	return undone, nil
}
