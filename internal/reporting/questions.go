package reporting

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"hubgraph/export/draw"
	"hubgraph/export/duckdb"
	"hubgraph/internal/sqlrows"
	"hubgraph/internal/terminal"
	"hubgraph/internal/web"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// Path is a shortest way between two records; where none are named, it is the question.
func (e *Explorer) Path(ctx context.Context, from, to string) (*web.Path, error) {
	n, ctx, done, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	p := &web.Path{Night: n.Night, From: from, To: to}
	if from == "" || to == "" {
		return p, nil
	}
	picture, err := draw.Path(ctx, n.DB, from, to)
	if err != nil {
		return nil, err
	}
	p.Title = picture.Title
	for _, node := range picture.Nodes {
		about := ""
		if len(node.Lines) > 1 {
			about = strings.Join(node.Lines[1:], " · ")
		}
		p.Steps = append(p.Steps, named(web.Entry{Type: node.Type, ID: node.Record, Name: node.Lines[0], About: about}))
	}
	p.Picture, err = e.draw(ctx, picture)
	return p, err
}

// checkRows reads what the newest audit says of checks.
func (e *Explorer) checkRows(ctx context.Context, n *night) (all []web.CheckRow, err error) {
	err = sqlrows.Each(ctx, n.DB, `
		SELECT check_id, coalesce(title, check_id), severity, status, coalesce(skip_reason, ''), coalesce(violations, 0), coalesce(new, 0)
		FROM check_results WHERE audit_id = $1
		ORDER BY list_position(['error', 'fail', 'warn', 'skip', 'ok'], status), list_position(['critical', 'high', 'medium', 'low'], severity), check_id`,
		[]any{n.audit}, func(row *sql.Rows) error {
			var c web.CheckRow
			err := row.Scan(&c.ID, &c.Title, &c.Severity, &c.Status, &c.Reason, &c.Open, &c.New)
			all = append(all, c)
			return err
		})
	return all, err
}

// Checks are all checks of the newest audit.
func (e *Explorer) Checks(ctx context.Context) (*web.Checks, error) {
	n, ctx, done, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := e.audited(n); err != nil {
		return nil, err
	}
	all, err := e.checkRows(ctx, n)
	return &web.Checks{Night: n.Night, All: all}, err
}

// Check is one of them.
func (e *Explorer) Check(ctx context.Context, id string, page int) (*web.Check, error) {
	n, ctx, done, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	all, err := e.checkRows(ctx, n)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(c web.CheckRow) bool { return c.ID == id })
	if at < 0 {
		return nil, &web.Refusal{Status: http.StatusNotFound, Text: fmt.Sprintf("The newest audit has no check %s: `/checks` lists them", id)}
	}
	c := &web.Check{Night: n.Night, CheckRow: all[at], Page: min(page, mostPages)}
	if known := e.check(id); known != nil {
		asRan, err := queries.AsRan(ctx, n.DB, n.audit, []queries.Check{*known})
		if err != nil {
			return nil, err
		}
		c.Description, c.Advice, c.SQL = known.Description, known.Advice(""), strings.TrimSpace(asRan[0].SQL)
	}
	c.Findings, c.Count, err = readFindings(ctx, n, "f.check_id = $1", c.Page, id)
	if err == nil && c.Count == 0 && c.Page > 1 {
		c.Page = 1
		c.Findings, c.Count, err = readFindings(ctx, n, "f.check_id = $1", c.Page, id)
	}
	c.Pages = int((c.Count + perPage - 1) / perPage)
	return c, err
}

// check is the check with an id; nil: the catalogue has none.
func (e *Explorer) check(id string) *queries.Check {
	known, err := queries.SelectFrom(queries.With(e.own...), id)
	if err != nil {
		return nil
	}
	return &known[0]
}

// Finding is one finding with its evidence, its history and its picture.
func (e *Explorer) Finding(ctx context.Context, fingerprint string) (*web.Finding, error) {
	n, ctx, done, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	full, err := draw.Fingerprint(ctx, n.DB, fingerprint)
	if err != nil {
		return nil, err
	}
	f := &web.Finding{Night: n.Night}
	rows, _, err := readFindings(ctx, n, "f.fingerprint = $1", 1, full)
	if err != nil {
		return nil, err
	}
	f.FindingRow = rows[0]
	var evidence, url, by, reason, until, night string
	err = n.QueryRowContext(ctx, `
		SELECT coalesce(evidence, '{}'), coalesce(url, ''), coalesce(waived_by, ''), coalesce(waived_reason, ''), coalesce(strftime(waived_until, '%Y-%m-%d'), ''), coalesce(baseline_id, '')
		FROM findings WHERE fingerprint = $1`, full).Scan(&evidence, &url, &by, &reason, &until, &night)
	if err != nil {
		return nil, err
	}
	f.Evidence, f.HubSpot = report.Facts(evidence), draw.Link(url)
	if c := e.check(f.Check); c != nil {
		f.Advice = c.Advice(night)
	}
	if until != "" {
		f.Waiver = fmt.Sprintf("Waived until %s by %s: %s", until, cmp.Or(by, "somebody"), reason)
	}
	err = sqlrows.Each(ctx, n.DB, `SELECT "at", snapshot_id, change, coalesce(cause, '') FROM finding_changes WHERE fingerprint = $1 ORDER BY ALL`, []any{full}, func(row *sql.Rows) error {
		var c web.Change
		err := row.Scan(&c.At, &c.Snapshot, &c.Change, &c.Cause)
		f.Changes = append(f.Changes, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	picture, err := draw.Finding(ctx, n.DB, full)
	if err == nil {
		f.Picture, err = e.draw(ctx, picture)
	}
	if err != nil && ctx.Err() == nil {
		f.Missing = append(f.Missing, fmt.Sprintf("The picture could not be drawn: %v.", err))
		err = nil
	}
	return f, err
}

const (
	mostRows   = 500              // rows of an answer
	mostAnswer = 2 << 20          // bytes of it
	askTime    = 10 * time.Second // that a query may take
)

// errFull ends an answer of which no more is shown.
var errFull = errors.New("enough rows")

// answer takes the first rows of an answer, each a line.
type answer struct {
	bytes.Buffer
	rows int
	full bool
}

func (a *answer) Write(p []byte) (int, error) {
	for _, line := range bytes.SplitAfter(p, []byte("\n")) {
		if len(line) > 0 && (a.rows >= mostRows || a.Len()+len(line) > mostAnswer) {
			a.full = true
			return 0, errFull
		}
		a.Buffer.Write(line)
		a.rows += bytes.Count(line, []byte("\n"))
	}
	return len(p), nil
}

// Ask runs a query that changes nothing, for a while.
func (e *Explorer) Ask(ctx context.Context, query string) (*web.Answer, error) {
	asked := strings.TrimSpace(query) != ""
	if asked {
		select {
		case e.sql <- struct{}{}:
			defer func() { <-e.sql }()
		default:
			return nil, &web.Refusal{Status: http.StatusServiceUnavailable, Text: fmt.Sprintf("No more than %s in SQL can be answered at once: ask again in a moment", terminal.Count(int64(cap(e.sql)), "question"))}
		}
	}
	n, ctx, done, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	a := &web.Answer{Night: n.Night, Query: query}
	if !asked {
		return a, nil
	}
	limited, cancel := context.WithTimeout(ctx, e.askTime)
	defer cancel()
	var rows answer
	err = duckdb.Query(limited, &rows, n.DB, query, duckdb.Form{Format: "ndjson"})
	switch {
	case rows.full:
		a.More = true
	case errors.Is(limited.Err(), context.DeadlineExceeded):
		a.Refused = fmt.Sprintf("The query took more than %v, and was ended: ask for less, or use `hubgraph sql`", e.askTime)
		return a, nil
	case err != nil:
		a.Refused = err.Error()
		return a, nil
	}
	for line := range bytes.Lines(rows.Bytes()) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // cut where there was no more room
		}
		names, values, err := cells(line)
		if err != nil {
			return nil, fmt.Errorf("read the answer: %w", err)
		}
		a.Columns = names
		a.Rows = append(a.Rows, values)
	}
	return a, nil
}

// cells are the names and values of a JSON object, in its order.
func cells(line []byte) (names, values []string, err error) {
	d := json.NewDecoder(bytes.NewReader(line))
	if _, err := d.Token(); err != nil {
		return nil, nil, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, nil, err
		}
		text := string(value)
		var unquoted *string
		if json.Unmarshal(value, &unquoted) == nil {
			text = ""
			if unquoted != nil {
				text = *unquoted
			}
		}
		names, values = append(names, fmt.Sprint(name)), append(values, text)
	}
	return names, values, nil
}
