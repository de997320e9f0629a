package reporting

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"hubgraph/export/draw"
	"hubgraph/internal/sqlrows"
	"hubgraph/internal/web"
	"hubgraph/queries"
)

const (
	mostFound = 50  // records that a search lists
	perPage   = 100 // neighbours and findings on a page
	mostWord  = 200 // characters of what is looked for
)

// Find looks up records: by TYPE:ID, by an id, or by a part of a name.
func (e *Explorer) Find(ctx context.Context, text string) (*web.Found, error) {
	n, ctx, done, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	text = strings.TrimSpace(text)
	f := &web.Found{Night: n.Night, Text: text}
	switch {
	case text == "":
		return f, nil
	case len([]rune(text)) > mostWord:
		return nil, &web.Refusal{Status: http.StatusBadRequest, Text: fmt.Sprintf("What is looked for has more than %d characters: write less of the name", mostWord)}
	}
	where, args := "contains(lower(o.name), lower($1))", []any{text}
	if k, err := draw.Lookup(ctx, n.DB, text); err == nil {
		where, args = "(o.object_type = $1 AND o.object_id = $2)", []any{k.Type, k.ID}
	} else if id, wrong := strconv.ParseInt(text, 10, 64); wrong == nil {
		where, args = "(contains(lower(o.name), lower($1)) OR o.object_id = $2 OR EXISTS (FROM id_alias AS m WHERE m.old_id = $2 AND m.object_type = o.object_type AND m.current_id = o.object_id))", []any{text, id}
	} else if !errors.Is(err, draw.ErrNoRecord) {
		return nil, err
	}
	err = sqlrows.Each(ctx, n.DB, `
		SELECT o.object_type, o.object_id, coalesce(o.name, ''), count(*) OVER (), `+about+`
		FROM objects AS o
		WHERE `+where+`
		ORDER BY lower(o.name) IS DISTINCT FROM lower($1::VARCHAR), length(o.name), o.name, o.object_type, o.object_id
		LIMIT `+strconv.Itoa(mostFound), args, func(row *sql.Rows) error {
		var entry web.Entry
		err := row.Scan(&entry.Type, &entry.ID, &entry.Name, &f.More, &entry.About)
		f.Entries = append(f.Entries, named(entry))
		return err
	})
	f.More = max(0, f.More-int64(len(f.Entries)))
	return f, err
}

// about is what else tells a record o apart.
const about = `concat_ws(' · ', CASE WHEN NOT o.seen THEN 'does not exist' WHEN o.archived THEN 'in the recycle bin' END,
	CASE WHEN o.amount IS NOT NULL THEN CAST(CAST(round(o.amount) AS DECIMAL(38, 0)) AS VARCHAR) || coalesce(' ' || o.currency, '') END)`

// named is a record with its page, by its name or, without one, by what it is.
func named(e web.Entry) web.Entry {
	if e.Name == "" {
		e.Name = e.Type + " " + strconv.FormatInt(e.ID, 10)
	}
	e.Link = draw.Page(e.Type, e.ID)
	return e
}

// readListed keeps the links of a record under the ids of today in a table of this question,
// listed: each neighbour with a label, and without one where only the neighbour lists the
// record. Those stand in what was read of the lake; only where that is missing are they looked
// for in the file, all over which they lie.
func readListed(ctx context.Context, n *night, k draw.Key, sided draw.OneSided) error {
	alone := "SELECT a.from_type AS kind, a.from_id AS id, '' AS label FROM associations AS a WHERE a.to_type = $1 AND a.to_id IN (SELECT i FROM w) AND a.has_reverse IS NOT TRUE"
	args := []any{k.Type, k.ID}
	if sided != nil {
		var rows strings.Builder
		for _, by := range sided.In(n.Snapshot, k) {
			args = append(args, by.Type)
			fmt.Fprintf(&rows, "UNION ALL SELECT $%d, %d, '' ", len(args), by.ID)
		}
		alone = strings.TrimPrefix(rows.String(), "UNION ALL ")
	}
	if alone != "" {
		alone = "UNION ALL " + alone
	}
	_, err := n.ExecContext(ctx, `
		CREATE TEMP TABLE listed AS
		WITH w AS MATERIALIZED (
			SELECT $2::BIGINT AS i UNION ALL SELECT old_id FROM id_alias WHERE object_type = $1 AND current_id = $2
		)
		SELECT DISTINCT r.kind, coalesce(m.current_id, r.id) AS id, r.label
		FROM (
			SELECT a.to_type AS kind, a.to_id AS id, coalesce(a.label, '') AS label FROM associations AS a WHERE a.from_type = $1 AND a.from_id IN (SELECT i FROM w)
			`+alone+`
		) AS r LEFT JOIN id_alias AS m ON m.object_type = r.kind AND m.old_id = r.id`, args...)
	return err
}

// Record is a record with its links, findings, nights and picture.
func (e *Explorer) Record(ctx context.Context, name, kind, chosen string, page int) (*web.Record, error) {
	n, ctx, done, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	k, err := draw.Lookup(ctx, n.DB, name)
	if err != nil {
		return nil, err
	}
	r := &web.Record{Night: n.Night, Type: k.Type, ID: k.ID, Kind: kind, Page: page, Link: draw.Page(k.Type, k.ID)}
	past, err := e.past(ctx, n)
	if err != nil {
		return nil, err
	}
	if err := readListed(ctx, n, k, past.oneSided); err != nil {
		return nil, fmt.Errorf("the links of %s: %w", k, err)
	}
	for _, read := range []func(context.Context, *night, draw.Key, *web.Record) error{readRecord, readGroups, readNeighbors, readRecordFindings} {
		if err := read(ctx, n, k, r); err != nil {
			return nil, fmt.Errorf("the page of %s: %w", k, err)
		}
	}
	if kind != "" && !slices.ContainsFunc(r.Groups, func(g web.Group) bool { return g.Type == kind }) {
		return nil, &web.Refusal{Status: http.StatusNotFound, Text: fmt.Sprintf("%s is linked to no %s", k, kind)}
	}
	if err := e.nights(ctx, n, k, past, chosen, r); err != nil {
		return nil, err
	}
	if chosen == "" {
		picture, err := draw.Listed(ctx, n.DB, k, kind, "listed")
		if err == nil {
			r.Picture, err = e.draw(ctx, picture)
		}
		if err != nil && ctx.Err() == nil {
			r.Missing = append(r.Missing, fmt.Sprintf("The picture could not be drawn: %v.", err))
			err = nil
		}
		return r, err
	}
	return r, nil
}

// readRecord reads what is known of the record itself.
func readRecord(ctx context.Context, n *night, k draw.Key, r *web.Record) error {
	var created, updated, closes sql.NullTime
	var seen, archived bool
	var owner sql.NullInt64
	var stage, pipeline, money, lifecycle, domain, properties string
	var degree int64
	err := n.QueryRowContext(ctx, `
		SELECT coalesce(o.name, ''), coalesce(y.singular, o.object_type), o.seen, coalesce(o.archived, FALSE), coalesce(o.url, ''), o.created_at, o.updated_at, o.close_date, o.owner_id,
			coalesce(p.stage_name, o.stage_id, ''), coalesce(p.pipeline_name, o.pipeline_id, ''),
			coalesce(rtrim(rtrim(CAST(o.amount AS VARCHAR), '0'), '.') || coalesce(' ' || o.currency, ''), ''), coalesce(o.lifecycle_stage, ''), coalesce(o.domain, o.email_domain, ''), o.degree,
			CAST(to_json(o.properties) AS VARCHAR)
		FROM objects AS o
		LEFT JOIN object_types AS y ON y.object_type = o.object_type
		LEFT JOIN pipelines AS p ON p.object_type = o.object_type AND p.pipeline_id = o.pipeline_id AND p.stage_id = o.stage_id
		WHERE o.object_type = $1 AND o.object_id = $2
		LIMIT 1`, k.Type, k.ID).Scan(&r.Name, &r.Singular, &seen, &archived, &r.URL, &created, &updated, &closes, &owner, &stage, &pipeline, &money, &lifecycle, &domain, &degree, &properties)
	if err != nil {
		return err
	}
	if r.Name == "" {
		r.Name = r.Singular + " " + strconv.FormatInt(k.ID, 10)
	}
	r.URL = draw.Link(r.URL)
	switch {
	case !seen:
		r.Verdict = "It does not exist: it is known only as an end of an association."
	case archived:
		r.Verdict = "It is in the recycle bin."
	}
	day := func(t sql.NullTime) string {
		if !t.Valid {
			return ""
		}
		return t.Time.UTC().Format("2 Jan 2006")
	}
	number := ""
	if owner.Valid {
		number = strconv.FormatInt(owner.Int64, 10)
	}
	for _, f := range []web.Fact{{Name: "pipeline", Value: pipeline}, {Name: "stage", Value: stage}, {Name: "amount", Value: money}, {Name: "lifecycle stage", Value: lifecycle}, {Name: "domain", Value: domain},
		{Name: "owner", Value: number}, {Name: "created", Value: day(created)}, {Name: "changed", Value: day(updated)}, {Name: "close date", Value: day(closes)}, {Name: "neighbours", Value: strconv.FormatInt(degree, 10)}} {
		if f.Value != "" {
			r.Facts = append(r.Facts, f)
		}
	}
	values := map[string]*string{}
	if err := json.Unmarshal([]byte(properties), &values); err != nil {
		return fmt.Errorf("read its properties: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if values[name] != nil {
			r.Properties = append(r.Properties, web.Fact{Name: name, Value: *values[name]})
		}
	}
	return nil
}

// readGroups counts the links by object type and label.
func readGroups(ctx context.Context, n *night, _ draw.Key, r *web.Record) error {
	return sqlrows.Each(ctx, n.DB, "SELECT kind, label, count(DISTINCT id) FROM listed GROUP BY ALL ORDER BY ALL", nil, func(row *sql.Rows) error {
		var g web.Group
		err := row.Scan(&g.Type, &g.Label, &g.Count)
		if r.Link != "" {
			g.Link = draw.Link(r.Link + "/" + g.Type)
		}
		r.Groups = append(r.Groups, g)
		return err
	})
}

// readNeighbors reads one page of the neighbours.
func readNeighbors(ctx context.Context, n *night, _ draw.Key, r *web.Record) error {
	read := func() error {
		return sqlrows.Each(ctx, n.DB, `WITH each AS (
				SELECT kind, id, string_agg(label, ', ' ORDER BY label) FILTER (label <> '') AS labels FROM listed WHERE $1 IN ('', kind) GROUP BY ALL
			)
			SELECT c.kind, c.id, coalesce(o.name, ''), concat_ws(' · ', c.labels, nullif(`+about+`, '')), count(*) OVER ()
			FROM each AS c LEFT JOIN objects AS o ON o.object_type = c.kind AND o.object_id = c.id
			ORDER BY c.kind, o.name IS NULL, o.name, c.id
			LIMIT `+strconv.Itoa(perPage)+` OFFSET `+strconv.Itoa((r.Page-1)*perPage), []any{r.Kind}, func(row *sql.Rows) error {
			var entry web.Entry
			err := row.Scan(&entry.Type, &entry.ID, &entry.Name, &entry.About, &r.Count)
			r.Neighbors = append(r.Neighbors, named(entry))
			return err
		})
	}
	r.Page = min(r.Page, mostPages)
	if err := read(); err != nil {
		return err
	}
	if r.Count == 0 && r.Page > 1 {
		r.Page = 1
		if err := read(); err != nil {
			return err
		}
	}
	r.Pages = int((r.Count + perPage - 1) / perPage)
	return nil
}

// mostPages keeps the number of a page within what SQL counts by.
const mostPages = 1_000_000

// readRecordFindings reads the open findings that the record is an end of.
func readRecordFindings(ctx context.Context, n *night, k draw.Key, r *web.Record) (err error) {
	r.Findings, r.AllFindings, err = readFindings(ctx, n, `f.state <> 'resolved' AND ((f.subject_type = $1 AND f.subject_id = $2)
		OR (f.subject_id IS NULL AND ((f.from_type = $1 AND f.from_id = $2) OR (f.to_type = $1 AND f.to_id = $2))))`, 1, k.Type, k.ID)
	if r.Verdict == "" && r.AllFindings > 0 {
		r.Verdict = fmt.Sprintf("Open findings: %d, the worst %s.", r.AllFindings, r.Findings[0].Severity)
	}
	if r.Verdict == "" {
		r.Verdict = "Nothing was found on it."
	}
	return err
}

// readFindings reads one page of the findings of which a condition is true, the worst
// first, and how many there are.
func readFindings(ctx context.Context, n *night, where string, page int, args ...any) (rows []web.FindingRow, all int64, err error) {
	err = sqlrows.Each(ctx, n.DB, `
		SELECT f.fingerprint, f.check_id, coalesce(t.title, f.check_id), f.severity, f.state, f.waived_until, f.first_seen, f.subject_type, f.subject_id, f.subject_name,
			f.from_type, f.from_id, f.to_type, f.to_id, CAST(f.amount * 10000 AS BIGINT), f.currency, count(*) OVER ()
		FROM findings AS f
		LEFT JOIN (SELECT check_id, arg_max(title, audit_id) AS title FROM check_results GROUP BY check_id) AS t USING (check_id)
		WHERE `+where+`
		ORDER BY f.state = 'resolved', list_position(['critical', 'high', 'medium', 'low'], f.severity), f.check_id, f.amount DESC NULLS LAST, f.fingerprint
		LIMIT `+strconv.Itoa(perPage)+` OFFSET `+strconv.Itoa((page-1)*perPage), args, func(row *sql.Rows) error {
		var f queries.Finding
		var title string
		err := row.Scan(&f.Fingerprint, &f.CheckID, &title, &f.Severity, &f.State, &f.WaivedUntil, &f.FirstSeen, &f.SubjectType, &f.SubjectID, &f.SubjectName,
			&f.FromType, &f.FromID, &f.ToType, &f.ToID, &f.Amount, &f.Currency, &all)
		rows = append(rows, web.RowOf(f, title))
		return err
	})
	return rows, all, err
}

// nights reads the history of a record from the lake, and has its picture over the nights
// drawn, where one of them is chosen. Where the lake cannot be read, the page says so.
func (e *Explorer) nights(ctx context.Context, n *night, k draw.Key, past *past, chosen string, r *web.Record) (err error) {
	if chosen != "" && !slices.ContainsFunc(past.Nights, func(s draw.Night) bool { return s.ID == chosen }) {
		return &web.Refusal{Status: http.StatusNotFound, Text: fmt.Sprintf("There is no night %s among the last %d of the lake", chosen, web.MostNights)}
	}
	var picture *draw.Picture
	var nights []draw.Night
	switch err = past.unread; {
	case err != nil:
	case chosen == "":
		nights, err = draw.History(ctx, n.DB, k, past.Lake, past.oneSided)
	default:
		if picture, nights, err = draw.Nights(ctx, n.DB, k, past.Lake); err == nil {
			r.Picture, err = e.draw(ctx, picture)
		}
	}
	if err != nil && ctx.Err() == nil {
		r.Missing = append(r.Missing, fmt.Sprintf("The nights could not be read: %v.", err))
		return nil
	}
	for _, night := range nights {
		m := web.Moment{ID: night.ID, At: night.StartedAt, Links: night.Links, There: night.There, Chosen: night.ID == chosen}
		for _, moved := range []struct {
			from []draw.Neighbor
			to   *[]web.Entry
		}{{night.Came, &m.Came}, {night.Went, &m.Went}} {
			for _, o := range moved.from {
				*moved.to = append(*moved.to, named(web.Entry{Type: o.Type, ID: o.ID, Name: o.Name, About: o.Labels}))
			}
		}
		r.Moments = append(r.Moments, m)
		if m.Chosen {
			r.Chosen, r.Picture = chosen, ghosts(r.Picture, night.There)
		}
	}
	return err
}

// past is the lake up to a night.
type past struct {
	draw.Lake
	oneSided draw.OneSided // nil: there are too many, or the lake could not be read
	unread   error         // why not
}

// mostOneSided is how many links that one end alone lists are kept, of all nights together.
const mostOneSided = 200_000

// past is the lake up to the night. What one end alone lists is read once a night: it lies all
// over the lake, while what a record lists lies together.
func (e *Explorer) past(ctx context.Context, n *night) (*past, error) {
	entries, err := e.snapshots(n)
	if err != nil {
		return nil, err
	}
	p := &past{}
	for _, s := range entries {
		p.Nights = append(p.Nights, draw.Night{ID: s.ID, StartedAt: s.Manifest.Snapshot.StartedAt})
	}
	if p.Objects, p.unread = e.files.FilesOf("objects", entries...); p.unread == nil {
		p.Associations, p.unread = e.files.FilesOf("associations", entries...)
	}
	if last := len(p.Nights) - 1; p.unread == nil && p.Nights[last].ID == n.Snapshot {
		p.oneSided, p.unread = e.sided.get(n.state, e.State, func() (draw.OneSided, error) {
			return draw.ReadOneSided(ctx, n.DB, p.Lake, mostOneSided)
		})
	}
	return p, ctx.Err()
}

// sided keeps what one end alone lists in the nights up to one, from files in one state.
type sided struct {
	sync.Mutex
	of    string // the state; empty: nothing is kept
	links draw.OneSided
}

func (s *sided) get(of string, state func() (string, error), read func() (draw.OneSided, error)) (draw.OneSided, error) {
	s.Lock()
	defer s.Unlock()
	if s.of == of {
		return s.links, nil
	}
	links, err := read()
	if now, wrong := state(); err == nil && wrong == nil && now == of {
		s.of, s.links = of, links
	}
	return links, err
}

// part is a node or an edge of a picture, as SVG begins it.
var part = regexp.MustCompile(`<g id="n-([^"]*)" class="(node|edge)`)

// ghosts marks what is not there in a night: the layout stays, and nothing jumps.
func ghosts(svg []byte, there []string) []byte {
	return part.ReplaceAllFunc(svg, func(found []byte) []byte {
		if id := part.FindSubmatch(found)[1]; slices.Contains(there, html.UnescapeString(string(id))) {
			return found
		}
		return append(slices.Clone(found), " ghost"...)
	})
}
