package report

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"hubgraph/queries"
)

// Register says which findings of the register follow.
type Register struct {
	*queries.Register
	Asked string // one of the states of a filter
	By    string // what they are grouped by; empty: they are listed one by one
}

// Owned is a finding of the register.
type Owned struct{ queries.Registered }

// Group counts the findings that have something in common.
type Group struct {
	By, Name                    string
	Findings, New, Open, Waived int
	Money                       []Money // of the open ones
}

// Whole is all that is known of one finding.
type Whole struct {
	*queries.Whole
	Command string // that shows it in the DuckDB file
}

// advice is what to do about the finding; its check is known.
func (w Whole) advice() string {
	night := ""
	if w.BaselineID != nil {
		night = *w.BaselineID
	}
	return w.Check.Advice(night)
}

func (Register) event() {}
func (Owned) event()    {}
func (Group) event()    {}
func (Whole) event()    {}

// list is what the list of findings is called in JSON.
func (r Register) list() string {
	if r.By != "" {
		return "groups"
	}
	return "findings"
}

// Groupings are what findings can be grouped by.
func Groupings() []string { return []string{"check", "owner", "age", "money", "family"} }

// ages are the groups by age, in days from which on.
var ages = []struct {
	days int
	name string
}{{90, "90 days and more"}, {30, "30 to 89 days"}, {7, "7 to 29 days"}, {1, "1 to 6 days"}, {0, "this night"}}

// RegisterEvents is the stream of findings of the register, in the order in which a person
// wants to read them, or of the groups that they make.
func RegisterEvents(r *queries.Register, asked, by string) func(yield func(Event) bool) {
	return func(yield func(Event) bool) {
		if !yield(Register{r, asked, by}) {
			return
		}
		if by == "" {
			for _, f := range inOrder(r.Findings) {
				if !yield(Owned{f}) {
					return
				}
			}
		} else {
			for _, g := range groups(r, by) {
				if !yield(g) {
					return
				}
			}
		}
		yield(Done{})
	}
}

// inOrder are findings in the order in which a person reads them, whatever their checks.
func inOrder(findings []queries.Registered) []queries.Registered {
	return slices.SortedStableFunc(slices.Values(findings), func(a, b queries.Registered) int {
		fresh := func(f queries.Registered) int {
			if f.Fresh && f.Open() {
				return 0
			}
			return 1
		}
		return cmp.Or(fresh(a)-fresh(b), compare(a.Finding, b.Finding))
	})
}

// groups are the groups of the findings: by age the oldest first, else those with most
// findings first.
func groups(r *queries.Register, by string) []Group {
	of := map[string][]queries.Finding{}
	var all []Group
	for _, f := range r.Findings {
		name := groupOf(f, by, r.Snapshot.StartedAt)
		at := slices.IndexFunc(all, func(g Group) bool { return g.Name == name })
		if at < 0 {
			at = len(all)
			all = append(all, Group{By: by, Name: name})
		}
		g := &all[at]
		g.Findings++
		if f.Open() {
			g.Open++
			if f.Fresh {
				g.New++
			}
			if f.WaivedUntil != nil {
				g.Waived++
			}
		}
		of[name] = append(of[name], f.Finding)
	}
	for i := range all {
		all[i].Money = Sums(of[all[i].Name])
	}
	slices.SortStableFunc(all, func(a, b Group) int {
		if by == "age" {
			return place(a.Name) - place(b.Name)
		}
		return cmp.Or(b.Findings-a.Findings, strings.Compare(a.Name, b.Name))
	})
	return all
}

func place(age string) int {
	return slices.IndexFunc(ages, func(a struct {
		days int
		name string
	}) bool {
		return a.name == age
	})
}

// groupOf names the group of a finding.
func groupOf(f queries.Registered, by string, night time.Time) string {
	switch by {
	case "owner":
		return ownerOf(f, "nobody")
	case "family":
		if f.Family == nil {
			return "alone"
		}
		return *f.Family + " " + *f.FamilyRule
	case "money":
		if m := MoneyOf(f.Finding); m != nil && m.Amount.Sign() != 0 {
			return cmp.Or(m.Currency, "no currency")
		}
		return "no money"
	case "age":
		days := int(night.Sub(f.FirstSeen) / (24 * time.Hour))
		for _, a := range ages {
			if days >= a.days {
				return a.name
			}
		}
	}
	return f.CheckID
}

// ownerOf names the owner of a finding's record.
func ownerOf(f queries.Registered, nobody string) string {
	switch {
	case f.Owner != nil:
		return *f.Owner
	case f.OwnerID != nil:
		return fmt.Sprint(*f.OwnerID)
	}
	return nobody
}

// tallies counts findings of the register.
func tallies(findings []queries.Registered) (open, fresh, resolved, waived int, money []Money) {
	var all []queries.Finding
	for _, f := range findings {
		all = append(all, f.Finding)
		switch {
		case !f.Open():
			resolved++
			continue
		case f.WaivedUntil != nil:
			waived++
		}
		open++
		if f.Fresh {
			fresh++
		}
	}
	return open, fresh, resolved, waived, Sums(all)
}

// The same for scripts.

type jsonRegister struct {
	AuditID  string              `json:"audit_id"`
	Snapshot queries.SnapshotRow `json:"snapshot"`
	State    string              `json:"state"`
	By       *string             `json:"by"`
	Open     int                 `json:"open"`
	New      int                 `json:"new"`
	Resolved int                 `json:"resolved"`
	Waived   int                 `json:"waived"`
	Money    []jsonMoney         `json:"money"`
}

type jsonMoney struct {
	Amount   amount  `json:"amount"`
	Currency *string `json:"currency"`
}

// amount is money as a JSON number with all its digits.
type amount struct{ *big.Rat }

func (a amount) MarshalJSON() ([]byte, error) { return []byte(a.FloatString(4)), nil }

func newMoney(list []Money) []jsonMoney {
	all := []jsonMoney{}
	for _, m := range list {
		all = append(all, jsonMoney{amount{m.Amount}, orNull(m.Currency)})
	}
	return all
}

func newRegister(r Register) jsonRegister {
	open, fresh, resolved, waived, money := tallies(r.Findings)
	return jsonRegister{r.AuditID, r.Snapshot, r.Asked, orNull(r.By), open, fresh, resolved, waived, newMoney(money)}
}

type jsonOwned struct {
	finding
	New     bool    `json:"new"`
	OwnerID *int64  `json:"owner_id"`
	Owner   *string `json:"owner"`
}

func newOwned(o Owned) jsonOwned {
	return jsonOwned{newFinding(o.Finding), o.Fresh, o.OwnerID, o.Owner}
}

type jsonGroup struct {
	Name     string      `json:"name"`
	Findings int         `json:"findings"`
	Open     int         `json:"open"`
	New      int         `json:"new"`
	Waived   int         `json:"waived"`
	Money    []jsonMoney `json:"money"`
}

func newGroup(g Group) jsonGroup {
	return jsonGroup{g.Name, g.Findings, g.Open, g.New, g.Waived, newMoney(g.Money)}
}

type jsonWhole struct {
	jsonOwned
	MergedInto *string      `json:"merged_into"`
	History    []jsonChange `json:"history"`
	Title      *string      `json:"title"`
	Advice     *string      `json:"advice"`
	SQL        *string      `json:"sql"`   // of the check
	Query      string       `json:"query"` // shows the finding
}

type jsonChange struct {
	At       time.Time `json:"at"`
	Snapshot string    `json:"snapshot_id"`
	Audit    string    `json:"audit_id"`
	Change   string    `json:"change"`
	Cause    *string   `json:"cause"`
}

func newWhole(w Whole) jsonWhole {
	j := jsonWhole{jsonOwned: newOwned(Owned{w.Registered}), MergedInto: w.MergedInto, History: []jsonChange{}, Query: w.Query()}
	for _, c := range w.History {
		j.History = append(j.History, jsonChange{c.At, c.SnapshotID, c.AuditID, c.Change, c.Cause})
	}
	if c := w.Check; c != nil {
		j.Title, j.Advice, j.SQL = &c.Title, orNull(w.advice()), &c.SQL
	}
	return j
}
