package report

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"hubgraph/queries"
)

// Money is an amount in a currency, which is empty where the portal does not say it.
type Money struct {
	Amount   *big.Rat
	Currency string
}

// String writes an amount as people do: 1,250,000.50 EUR.
func (m Money) String() string {
	digits := m.Amount.FloatString(2)
	sign := ""
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		sign, digits = "-", rest
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	var groups []string
	for len(whole) > 3 {
		groups = append([]string{whole[len(whole)-3:]}, groups...)
		whole = whole[:len(whole)-3]
	}
	return strings.TrimSpace(sign + strings.Join(append([]string{whole}, groups...), ",") + "." + fraction + " " + m.Currency)
}

// MoneyOf is the money that a finding is about; nil where it is about none.
func MoneyOf(f queries.Finding) *Money {
	amount := f.Money()
	if amount == nil {
		return nil
	}
	m := Money{Amount: amount}
	if f.Currency != nil {
		m.Currency = strings.ToUpper(*f.Currency)
	}
	return &m
}

// Sums adds up the money of open findings, currency by currency, that of a record once: several
// checks find the same deal.
func Sums(findings []queries.Finding) []Money {
	var sums []Money
	counted := map[queries.Holding]bool{}
	for _, f := range findings {
		m := MoneyOf(f)
		if m == nil || !f.Open() || m.Amount.Sign() == 0 || counted[f.Holding()] {
			continue
		}
		counted[f.Holding()] = true
		at := slices.IndexFunc(sums, func(s Money) bool { return s.Currency == m.Currency })
		if at < 0 {
			sums = append(sums, Money{new(big.Rat), m.Currency})
			at = len(sums) - 1
		}
		sums[at].Amount.Add(sums[at].Amount, m.Amount)
	}
	slices.SortFunc(sums, func(a, b Money) int { return strings.Compare(a.Currency, b.Currency) })
	return sums
}

// compare orders findings: those that are new first and those that are resolved last,
// then by currency, the most money first, then the oldest.
func compare(a, b queries.Finding) int {
	return cmp.Or(turn(a)-turn(b), compareMoney(MoneyOf(a), MoneyOf(b)), a.FirstSeen.Compare(b.FirstSeen))
}

func turn(f queries.Finding) int {
	return Turn(f, f.State == queries.New || f.State == queries.Reopened || f.State == queries.Event)
}

// Turn is where a finding stands among others: 0 for one that is new, then those that are
// open, waived and resolved.
func Turn(f queries.Finding, isNew bool) int {
	switch {
	case isNew:
		return 0
	case f.Open() && f.WaivedUntil == nil:
		return 1
	case f.Open():
		return 2
	}
	return 3
}

// compareMoney never holds amounts of two currencies against each other.
func compareMoney(a, b *Money) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Or(strings.Compare(a.Currency, b.Currency), b.Amount.Cmp(a.Amount))
}
