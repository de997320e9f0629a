package queries

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Gate says which findings make a check fail. Kind is one of
//
//	new             one that is new or reopened, or that is due again, see [Policy]
//	any             one
//	never           none
//	count > N       more than N
//	percent > P     more than P percent of the universe
//	money > N CUR   those whose amounts in the currency add up to more than N
//
// Only findings that are open, not waived, and at or above the severity that can fail
// the audit count.
type Gate struct {
	Kind     string
	Limit    string // of count, percent and money: a decimal number
	Currency string // of money
}

var (
	limitPattern = regexp.MustCompile(`^(count|percent|money) *> *([0-9]+(?:\.[0-9]+)?)(?: +([A-Z]{3}))?$`)
	plainGates   = []string{"new", "any", "never"}
)

// String gives the form that a header holds.
func (g Gate) String() string {
	if g.Limit == "" {
		return g.Kind
	}
	return strings.TrimSpace(fmt.Sprintf("%s > %s %s", g.Kind, g.Limit, g.Currency))
}

// limit is the number that the gate names.
func (g Gate) limit() *big.Rat {
	n, ok := new(big.Rat).SetString(g.Limit)
	if !ok {
		panic(fmt.Sprintf("the gate %q was not parsed", g))
	}
	return n
}

// ParseGate reads a gate as headers and settings hold it.
func ParseGate(s string) (Gate, error) {
	if slices.Contains(plainGates, s) {
		return Gate{Kind: s}, nil
	}
	m := limitPattern.FindStringSubmatch(s)
	if m != nil && (m[1] == "money") == (m[3] != "") {
		g := Gate{m[1], m[2], m[3]}
		limit := g.limit()
		whole := g.Kind != "count" || limit.IsInt()
		if below := g.Kind != "percent" || limit.Cmp(big.NewRat(100, 1)) < 0; whole && below {
			return g, nil
		}
	}
	return Gate{}, fmt.Errorf("%q is no gate: write new, any, never, count > N, percent > P with P below 100, or money > N CUR such as money > 5000 EUR", s)
}

// Policy says when findings fail an audit.
type Policy struct {
	// FailOn is the lowest severity of findings that can make a check fail; empty: High.
	FailOn Severity
	// RemindDays is after how many days what made a check fail makes it fail again, as
	// long as it is open: 0 is every night.
	RemindDays int
}

// DefaultPolicy is the policy where nobody says otherwise.
var DefaultPolicy = Policy{FailOn: High, RemindDays: 7}

// judge holds the findings of a check against its gate. It returns those that make the
// check fail, by their places: none where it does not.
func (p Policy) judge(g Gate, findings []Finding, fresh map[string]bool, universe *int64, audit string, start time.Time) []int {
	var open, due []int
	var found int64 // in this audit: what was not looked at is no part of the universe
	for i, f := range findings {
		if !f.Open() || f.WaivedUntil != nil || rank(f.Severity) < rank(p.FailOn) {
			continue
		}
		open = append(open, i)
		if f.LastAuditID == audit {
			found++
		}
		if fresh[f.Fingerprint] || p.remind(f, start) {
			due = append(due, i)
		}
	}
	exceeded := false
	switch g.Kind {
	case "new":
		return due
	case "any":
		exceeded = len(open) > 0
	case "count":
		exceeded = big.NewRat(int64(len(open)), 1).Cmp(g.limit()) > 0
	case "percent":
		exceeded = found > 0 && (universe == nil || big.NewRat(100*found, max(1, *universe)).Cmp(g.limit()) > 0)
	case "money":
		exceeded = money(findings, open, g.Currency).Cmp(g.limit()) > 0
	}
	if exceeded {
		return open
	}
	return nil
}

// remind reports whether what failed before is to fail again. Days are those of the
// calendar, in UTC: nights do not begin at the same second.
func (p Policy) remind(f Finding, start time.Time) bool {
	if f.FailedAt == nil {
		return false
	}
	day := 24 * time.Hour
	days := int(start.UTC().Truncate(day).Sub(f.FailedAt.UTC().Truncate(day)) / day)
	return days >= p.RemindDays && start.After(*f.FailedAt)
}

// money adds up the amounts in a currency, that of a record once.
func money(findings []Finding, of []int, currency string) *big.Rat {
	sum, counted := new(big.Rat), map[Holding]bool{}
	for _, i := range of {
		f := findings[i]
		if f.Amount == nil || f.Currency == nil || !strings.EqualFold(*f.Currency, currency) || counted[f.Holding()] {
			continue
		}
		counted[f.Holding()] = true
		sum.Add(sum, f.Money())
	}
	return sum
}

// Holding is money that a record holds. Findings of one holding are about the same money, which
// a sum counts once.
type Holding struct {
	Type         string
	ID, Unscaled int64 // the record, and the amount in ten thousandths
	Currency     string
	Fingerprint  string // of a finding that names no record
}

// Holding is the money that the finding names: of the record that it is about, else of the end
// that is a deal, else of the record that the association starts from.
func (f Finding) Holding() Holding {
	h := Holding{Fingerprint: f.Fingerprint}
	if f.Amount != nil {
		h.Unscaled = *f.Amount
	}
	if f.Currency != nil {
		h.Currency = strings.ToUpper(*f.Currency)
	}
	isDeal := func(typ *string) bool { return typ != nil && *typ == "deals" }
	typ, id := f.FromType, f.FromID
	switch {
	case f.SubjectID != nil:
		typ, id = f.SubjectType, f.SubjectID
	case isDeal(f.ToType) && !isDeal(f.FromType):
		typ, id = f.ToType, f.ToID
	}
	if typ != nil && id != nil {
		h.Type, h.ID, h.Fingerprint = *typ, *id, ""
	}
	return h
}

var moneyPattern = regexp.MustCompile(`^([0-9]{1,14}(?:\.[0-9]{1,4})?)(?: +([A-Za-z]{3}))?$`)

// ParseMoney reads an amount with its currency, which is empty where none is named.
func ParseMoney(s string) (amount *big.Rat, currency string, err error) {
	m := moneyPattern.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return nil, "", fmt.Errorf("%q is no amount: write 5000, or 5000 EUR", s)
	}
	amount, _ = new(big.Rat).SetString(m[1]) // digits are a number
	return amount, strings.ToUpper(m[2]), nil
}

// amountScale is what the unscaled value of an amount, a DECIMAL(18,4), is divided by.
const amountScale = 10_000

// Money is the finding's amount in its currency; nil where it has none.
func (f Finding) Money() *big.Rat {
	if f.Amount == nil {
		return nil
	}
	return big.NewRat(*f.Amount, amountScale)
}

// unscaled is a decimal as the unscaled value of a DECIMAL(18,4).
func unscaled(v any) (*int64, error) {
	if v == nil {
		return nil, nil
	}
	number, ok := new(big.Rat).SetString(fmt.Sprint(v))
	if ok {
		number.Mul(number, big.NewRat(amountScale, 1))
		if n, err := strconv.ParseInt(number.FloatString(0), 10, 64); err == nil {
			return &n, nil
		}
	}
	return nil, fmt.Errorf("it must be a decimal of at most 14 digits before the point, and is %v", v)
}
