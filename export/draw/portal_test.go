package draw

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"hubgraph/export/duckdb"
	"hubgraph/internal/nightlytest"
)

// coffee is a portal with something of each kind to draw: a hub with more contacts than
// are drawn one by one, deals, a chain of records, and a part that stands alone.
const coffee = `
portal 77
object p_machines 2-7 singular=machine plural=machines
pipeline deals default "Sales"
stage deals default open "Contract sent" isClosed=false
stage deals default won "Won" isClosed=true
label contacts 21 "Advisor" companies 22 "Advises"
label p_machines 41 "Spare" p_machines 42 "Spare for"
label contacts 31 "Decision maker" deals 32 "Decides on"
companies 201 name="Amber Books"
companies 202 name="Old Town Pharma"
contacts 101
contacts 102
deals 301 dealname="Milk cooler" pipeline=default dealstage=open amount=1200 deal_currency_code=EUR
deals 302 dealname="Water softener" pipeline=default dealstage=open amount=34000 deal_currency_code=EUR
deals 303 dealname="House blend" pipeline=default dealstage=open amount=500 deal_currency_code=CHF
deals 304 dealname="Barista training" pipeline=default dealstage=won amount=70 deal_currency_code=CHF
tickets 401 subject="Leaks at the group head"
p_machines 501
p_machines 502
p_machines 503
p_machines 501 -> p_machines 502 "Spare"
contacts 101 -> companies 201 primary "Advisor"
contacts 102 -> companies 202 primary
deals 301 -> contacts 101 "Decides on"
deals 301 -> companies 201 primary
deals 302 -> contacts 101
deals 302 -> companies 201
deals 303 -> contacts 102
deals 303 -> companies 202
deals 304 -> contacts 102
deals 304 -> companies 202
tickets 401 -> contacts 102
tickets 401 -> companies 201
`

// after is what the second night changes: an orphan, a deal without its company, a way
// back that is lost, and a label that has another name.
const after = `
unlink deals 302 contacts 101
unlink deals 302 companies 201
unlink deals 303 companies 202
cut companies 201 contacts 101
rename contacts companies "Advisor" "Consultant"
unlink p_machines 501 p_machines 502
`

// crowd is more contacts of one company than are drawn one by one.
func crowd() string {
	var text strings.Builder
	for i := range 30 {
		fmt.Fprintf(&text, "contacts %[1]d\ncontacts %[1]d -> companies 202\n", 1000+i)
	}
	return text.String()
}

// audited makes the DuckDB file of a portal after nights, each of which was crawled and
// audited.
func audited(t testing.TB, text string, nights ...string) *sql.DB {
	t.Helper()
	files := nightlytest.Nights(t, text, append([]string{""}, nights...)...)
	db, err := duckdb.OpenPublished(files.Dir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
