package queries

import (
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// auditTables are those of the audits: the columns of the rows' structs.
var auditTables = ddl[CheckResult]("check_results") + ddl[Finding]("findings") + ddl[Change]("finding_changes") + ddl[JudgedCell]("judged_cells") + ddl[LinkStat]("link_stats")

// ddl is the SQL that makes the table of a row's struct.
func ddl[Row any](table string) string {
	var columns []string
	row := reflect.TypeFor[Row]()
	for i := range row.NumField() {
		tag, _, _ := strings.Cut(row.Field(i).Tag.Get("parquet"), ",")
		columns = append(columns, fmt.Sprintf("%q %s", tag, sqlType(row.Field(i))))
	}
	return fmt.Sprintf("CREATE TABLE %s (%s);\n", table, strings.Join(columns, ", "))
}

func sqlType(f reflect.StructField) string {
	typ := f.Type
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case strings.Contains(f.Tag.Get("parquet"), "decimal"):
		return "DECIMAL(18,4)"
	case typ == reflect.TypeFor[time.Time]():
		return "TIMESTAMP"
	case typ.Kind() == reflect.Slice:
		return "VARCHAR[]"
	}
	return map[reflect.Kind]string{reflect.String: "VARCHAR", reflect.Int64: "BIGINT", reflect.Int32: "INTEGER", reflect.Bool: "BOOLEAN", reflect.Float64: "DOUBLE"}[typ.Kind()]
}

// insert writes rows into the table of their struct.
func insert[Row any](t testing.TB, db *sql.DB, table string, rows []Row) {
	t.Helper()
	for _, row := range rows {
		v := reflect.ValueOf(row)
		var places []string
		var args []any
		for i := range v.NumField() {
			arg, place := v.Field(i).Interface(), "?"
			switch typ := sqlType(v.Type().Field(i)); {
			case typ == "DECIMAL(18,4)":
				place = "CAST(?::BIGINT / 10000 AS DECIMAL(18,4))"
			case typ == "VARCHAR[]":
				arg, place = strings.Join(arg.([]string), "|"), "string_split(?, '|')"
			case v.Field(i).Kind() == reflect.String:
				arg = v.Field(i).String()
			case v.Field(i).Kind() == reflect.Pointer && v.Field(i).Type().Elem().Kind() == reflect.String && !v.Field(i).IsNil():
				arg = v.Field(i).Elem().String()
			case v.Field(i).Kind() == reflect.Pointer && v.Field(i).IsNil():
				arg = nil
			}
			places, args = append(places, place), append(args, arg)
		}
		if _, err := db.Exec(fmt.Sprintf("INSERT INTO %s VALUES (%s)", table, strings.Join(places, ", ")), args...); err != nil {
			t.Fatal(err)
		}
	}
}

// subject names what a finding is about.
func subject(f Finding) string {
	end := func(of *string, id *int64) string {
		text := "?"
		if of != nil {
			text = *of
		}
		if id != nil {
			text += fmt.Sprintf(":%d", *id)
		}
		return text
	}
	if f.SubjectType != nil {
		return end(f.SubjectType, f.SubjectID)
	}
	text := end(f.FromType, f.FromID) + " -> " + end(f.ToType, f.ToID)
	if f.Category != nil && f.TypeID != nil {
		text += fmt.Sprintf(" %s:%d", *f.Category, *f.TypeID)
	}
	return text
}

// archive holds the audits of many nights, as the folders of a lake do: what a later
// night is compared with is the newest of each earlier snapshot.
type archive struct{ reports []*Report }

func (a *archive) add(r *Report) { a.reports = append(a.reports, r) }

// counting are the reports that count for a snapshot, the oldest snapshot first.
func (a *archive) counting(before string) []*Report {
	newest := map[string]*Report{}
	for _, r := range a.reports {
		of := r.Snapshot.SnapshotID
		if r.Aside == "" && CompareIDs(of, before) < 0 && (newest[of] == nil || CompareIDs(r.AuditID, newest[of].AuditID) > 0) {
			newest[of] = r
		}
	}
	var list []*Report
	for _, r := range newest {
		list = append(list, r)
	}
	sortReports(list)
	return list
}

// register is what is known of each finding before a snapshot: its row in the newest
// audit that had it.
func (a *archive) register(before string) map[string]Finding {
	register := map[string]Finding{}
	for _, r := range a.counting(before) {
		for _, f := range r.Findings {
			register[f.Fingerprint] = f
		}
	}
	return register
}

// fold is the state of each finding by the changes alone.
func (a *archive) fold(before string) map[string]State {
	states := map[string]State{}
	for _, r := range a.counting(before) {
		for fingerprint, state := range states {
			if state == New || state == Reopened {
				states[fingerprint] = Ongoing // unless this audit says otherwise
			}
		}
		for _, c := range r.Changes {
			switch c.Change {
			case Entered:
				states[c.Fingerprint] = Ongoing
			case Opened:
				states[c.Fingerprint] = New
			case OpenedAgain:
				states[c.Fingerprint] = Reopened
			case Happened:
				states[c.Fingerprint] = Event
			case Closed, MergedAway, Dropped:
				states[c.Fingerprint] = Resolved
			}
		}
	}
	return states
}

// fill writes into a database what it holds of the nights before a snapshot.
func (a *archive) fill(t testing.TB, db *sql.DB, before string) {
	t.Helper()
	change(t, db, "DELETE FROM check_results; DELETE FROM findings; DELETE FROM finding_changes; DELETE FROM judged_cells; DELETE FROM link_stats")
	for _, r := range a.reports {
		insert(t, db, "check_results", r.Results)
	}
	for _, r := range a.counting(before) {
		insert(t, db, "finding_changes", r.Changes)
		insert(t, db, "judged_cells", r.Judged)
		insert(t, db, "link_stats", r.LinkStats)
	}
	for _, f := range a.register(before) {
		insert(t, db, "findings", []Finding{f})
	}
}
