package reporting

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"hubgraph/export/draw"
	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/sentence"
	"hubgraph/internal/web"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// Explorer answers what the pages of serve ask. It opens the DuckDB file for each question
// and closes it after that: no night waits for it, and each answer is of one night. It
// writes nothing. The pages keep its answers for as long as its State is the same.
type Explorer struct {
	files   *duckdb.Files
	own     []queries.Check
	options report.Options
	share   duckdb.Memory // that each question may take of the memory
	asking  chan struct{} // a place for each question that is answered at once
	sql     chan struct{} // for each of them in SQL
	drawing chan struct{} // and for each picture
	askTime time.Duration // that SQL may take
	sided   sided
}

const (
	// mostAsking is how many questions are answered at once: each has a DuckDB of its own,
	// and of the memory an equal share.
	mostAsking = 4
	// leastShare is a share that all questions get along with. Of less, fewer are answered.
	leastShare duckdb.Memory = 64e6
	// mostSQL is how many of them are in SQL, which can be anything.
	mostSQL = 2
	// mostDrawing is how many pictures are drawn at once: each has a Graphviz of its own.
	mostDrawing = 2
	// patience is how long a question may take, with its wait for a place.
	patience = 30 * time.Second
)

// NewExplorer is an explorer of a portal's files. own are checks of the user, and the
// options how commands are written.
func NewExplorer(files *duckdb.Files, own []queries.Check, o report.Options) *Explorer {
	places, share := mostAsking, duckdb.Memory(0)
	if files.Memory > 0 {
		places = int(max(1, min(mostAsking, files.Memory/leastShare)))
		share = files.Memory / duckdb.Memory(places)
	}
	return &Explorer{
		files: files, own: own, options: o, share: share, askTime: askTime,
		asking: make(chan struct{}, places), sql: make(chan struct{}, min(places, mostSQL)), drawing: make(chan struct{}, mostDrawing),
	}
}

// night is the DuckDB file that one question is answered from.
type night struct {
	*sql.DB
	web.Night
	audit string // the newest one of the night; empty: none
	state string // of the files before it was opened
}

// State identifies what answers are made of: all else that they depend on is given to
// NewExplorer.
func (e *Explorer) State() (string, error) { return e.files.State() }

// open opens the newest night, once there is a place for the question.
func (e *Explorer) open(ctx context.Context) (*night, context.Context, func(), error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	select {
	case e.asking <- struct{}{}:
	case <-ctx.Done():
		cancel()
		return nil, nil, nil, &web.Refusal{Status: http.StatusServiceUnavailable, Text: "Too many questions are being answered: ask again in a moment"}
	}
	leave := func() { <-e.asking; cancel() }
	state, err := e.State()
	if err != nil {
		leave()
		return nil, nil, nil, err
	}
	db, err := duckdb.OpenNight(e.files.Dir(), e.share)
	if errors.Is(err, duckdb.ErrHeld) {
		err = &web.Refusal{Status: http.StatusServiceUnavailable, Text: err.Error()}
	}
	if err != nil {
		leave()
		return nil, nil, nil, err
	}
	n := &night{DB: db, state: state}
	done := func() { _ = db.Close(); leave() }
	query := "SELECT snapshot_id, portal_id, started_at, coalesce((" + queries.NewestAudit() + "), '') FROM snapshot"
	err = db.QueryRowContext(ctx, query).Scan(&n.Snapshot, &n.Portal, &n.At, &n.audit)
	if err != nil {
		done()
		return nil, nil, nil, fmt.Errorf("read the night: %w", err)
	}
	return n, ctx, done, nil
}

// Ready reports whether there is an audited night to show; queries.ErrNoAudit: there is none.
func (e *Explorer) Ready(ctx context.Context) error {
	n, _, done, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	return e.audited(n)
}

func (e *Explorer) audited(n *night) error {
	if n.audit == "" {
		return sentence.New(queries.ErrNoAudit, "%s holds no audit of snapshot %s: run `hubgraph audit` first", e.files.Dir(), n.Snapshot)
	}
	return nil
}

// Report writes the report of the newest night, and reports whether all pictures are on it.
func (e *Explorer) Report(ctx context.Context, w io.Writer) (whole bool, err error) {
	n, ctx, done, err := e.open(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	if err := e.audited(n); err != nil {
		return false, err
	}
	audit, err := e.files.ReadAudit(ctx, n.audit)
	if err != nil {
		return false, err
	}
	facts := newFacts(audit, e.own)
	facts.Live = true
	if facts.Catalog, err = queries.AsRan(ctx, n.DB, n.audit, facts.Catalog); err != nil {
		return false, err
	}
	leave, err := e.place(ctx) // its pictures are drawn one after the other
	if err != nil {
		return false, err
	}
	defer leave()
	if err := readFacts(ctx, n.DB, audit, facts); err != nil {
		return false, err
	}
	page := web.NewReport(w, facts, e.options)
	for event := range report.Events(audit, e.options) {
		if err := page.Write(event); err != nil {
			return false, err
		}
	}
	return len(facts.Missing) == 0, nil
}

// place waits for a place to draw in, until it is left.
func (e *Explorer) place(ctx context.Context) (leave func(), err error) {
	select {
	case e.drawing <- struct{}{}:
		return func() { <-e.drawing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// draw has a picture drawn.
func (e *Explorer) draw(ctx context.Context, picture *draw.Picture) ([]byte, error) {
	leave, err := e.place(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	picture.Local()
	return picture.Inline(ctx, "n-")
}

// snapshots are the nights in the lake up to that of the file, as many as a page shows.
func (e *Explorer) snapshots(n *night) ([]lake.Entry, error) {
	all, err := e.files.Snapshots()
	if err != nil {
		return nil, err
	}
	var upTo []lake.Entry
	for _, s := range all {
		if queries.CompareIDs(s.ID, n.Snapshot) <= 0 {
			upTo = append(upTo, s)
		}
	}
	return upTo[max(0, len(upTo)-web.MostNights):], nil
}
