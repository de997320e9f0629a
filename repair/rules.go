package repair

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"hubgraph/internal/sentence"
	"hubgraph/queries"
)

// Rules are the names of the rules by which an association can be inferred: those that
// checks name as their repair.
func Rules() []string {
	var names []string
	for _, c := range queries.All() {
		if rule, ok := strings.CutPrefix(c.Repair, queries.RepairRule); ok && !slices.Contains(names, rule) {
			names = append(names, rule)
		}
	}
	slices.Sort(names)
	return names
}

// CheckRules makes sure that rules of these names exist.
func CheckRules(names []string) error {
	for _, name := range names {
		if !slices.Contains(Rules(), name) {
			return sentence.New(ErrUsage, "--rule %s: there is no such rule; choose %s", name, strings.Join(Rules(), " or "))
		}
	}
	return nil
}

// inferred proposes what rules say where they leave one candidate: the plain association
// of the subject of a finding with the company that its evidence names.
func (c *completion) inferred(findings []queries.Finding) ([]proposal, error) {
	var list []proposal
	for _, check := range queries.All() {
		rule, ok := strings.CutPrefix(check.Repair, queries.RepairRule)
		if !ok || !slices.Contains(c.options.Rules, rule) || len(c.options.RuleChecks) > 0 && !slices.Contains(c.options.RuleChecks, check.ID) {
			continue
		}
		for _, f := range findings {
			if f.CheckID != check.ID || !f.Open() || f.SubjectType == nil || f.SubjectID == nil {
				continue
			}
			var e evidence
			if err := json.Unmarshal([]byte(f.Evidence), &e); err != nil {
				return nil, fmt.Errorf("finding %s of %s: %w", f.Fingerprint, f.CheckID, err)
			}
			if e.Candidate == nil && e.Candidates == 1 && len(e.CandidateIDs) == 1 {
				e.Candidate = &e.CandidateIDs[0]
			}
			if e.Candidate == nil {
				continue
			}
			subject, company := key(*f.SubjectType, *f.SubjectID), key("companies", *e.Candidate)
			plain := c.plain(subject.Type, company.Type)
			if plain == nil {
				continue // the portal defines no association of the two
			}
			op := adds(subject, company, []Type{*plain}).found(f)
			op.Class, op.Source, op.alone = Inferred, rule, true
			op.also = append(op.also, Lacks(subject, company, nil))
			for _, id := range e.ContactIDs {
				contact := key("contacts", id)
				op.also = append(op.also, Has(subject, contact, nil), Has(contact, company, nil))
			}
			op.Reason = fmt.Sprintf("%s is the only company of the contacts of %s", company, subject)
			if e.EmailDomain != "" {
				op.Reason = fmt.Sprintf("%s is the only company with the domain %s, which the address of %s has", company, e.EmailDomain, subject)
			}
			list = append(list, *op)
		}
	}
	return list, nil
}
