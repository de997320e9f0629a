package repair

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/queries"
)

// determined proposes what the portal itself says: the way back of what one end lists, the
// plain association under a label, and the primary mark of the only company.
func (c *completion) determined(findings []queries.Finding) ([]proposal, error) {
	checks, err := queries.Select(c.options.Checks...)
	if err != nil || len(c.options.Checks) == 0 {
		return nil, err
	}
	kinds := map[string]string{}
	for _, check := range checks {
		if check.Determined() {
			kinds[check.ID] = check.Repair
		}
	}
	list := make([]proposal, 0, len(findings))
	for _, f := range findings {
		if kinds[f.CheckID] == "" || !f.Open() {
			continue
		}
		op, err := of(f, kinds[f.CheckID])
		if err != nil {
			return nil, fmt.Errorf("finding %s of %s: %w", f.Fingerprint, f.CheckID, err)
		}
		if op != nil {
			list = append(list, *op)
		}
	}
	return list, nil
}

// evidence is what the evidence of a finding can say of its repair.
type evidence struct {
	Missing    oneOrMore
	Unknown    []string `json:"inverse_unknown"`
	Companies  int64
	CompanyIDs []int64 `json:"company_ids"`
	// Of rules.
	Candidate    *int64  `json:"candidate_company_id"`
	Candidates   int64   `json:"candidates"`
	CandidateIDs []int64 `json:"candidate_company_ids"`
	ContactIDs   []int64 `json:"contact_ids"`
	EmailDomain  string  `json:"email_domain"`
}

// oneOrMore is a list of "CATEGORY:ID", or one alone.
type oneOrMore []Type

// UnmarshalJSON reads either.
func (m *oneOrMore) UnmarshalJSON(text []byte) error {
	var names []string
	var err error
	if text[0] == '"' {
		names = []string{""}
		err = json.Unmarshal(text, &names[0])
	} else {
		err = json.Unmarshal(text, &names)
	}
	if err != nil {
		return fmt.Errorf("evidence missing: %w", err)
	}
	for _, name := range names {
		t, err := parseType(name)
		if err != nil {
			return fmt.Errorf("evidence missing: %w", err)
		}
		*m = append(*m, t)
	}
	return nil
}

// parseType reads an association type as CATEGORY:ID.
func parseType(name string) (Type, error) {
	category, id, _ := strings.Cut(name, ":")
	n, err := strconv.ParseInt(id, 10, 32)
	if err != nil {
		return Type{}, fmt.Errorf("%q is no CATEGORY:ID", name)
	}
	return Type{category, int32(n)}, nil
}

// of is what a finding asks for; nil where that is nothing that the portal determines.
func of(f queries.Finding, repair string) (*proposal, error) {
	var e evidence
	if err := json.Unmarshal([]byte(f.Evidence), &e); err != nil {
		return nil, err
	}
	if repair == queries.RepairPrimary {
		if f.SubjectType == nil || f.SubjectID == nil {
			return nil, fmt.Errorf("names no record")
		}
		if e.Companies != 1 || len(e.CompanyIDs) != 1 {
			return nil, nil // somebody has to choose
		}
		op := adds(key(*f.SubjectType, *f.SubjectID), key("companies", e.CompanyIDs[0]), e.Missing)
		op.also, op.listed = OnlyRecords(op.ends().from, "companies", e.CompanyIDs[0]), true
		return op.found(f), nil
	}
	if f.FromType == nil || f.FromID == nil || f.ToType == nil || f.ToID == nil {
		return nil, fmt.Errorf("names no edge")
	}
	from, to := key(*f.FromType, *f.FromID), key(*f.ToType, *f.ToID)
	if repair == queries.RepairDefault {
		return adds(from, to, e.Missing).found(f), nil
	}
	if len(e.Missing) == 0 && len(e.Unknown) == 0 {
		return nil, nil
	}
	op := adds(to, from, e.Missing)
	op.mirrors = true
	if len(e.Unknown) > 0 {
		// HubSpot may take what is written for the whole set, and these labels would go.
		op.cause = fmt.Sprintf("%s carries %s towards %s, whose inverse is not known: it could be lost by the write; name its inverse in hubgraph.yaml", from, strings.Join(e.Unknown, ", "), to)
	}
	return op.found(f), nil
}

// adds proposes types between two records, which the portal determines.
func adds(from, to graphmodel.Key, types []Type) *proposal {
	return &proposal{Operation: Operation{Action: Add, Class: Determined, FromType: from.Type, FromID: from.ID, ToType: to.Type, ToID: to.ID, Types: slices.Clone(types)}}
}

// found names the finding that asks for the operation.
func (p *proposal) found(f queries.Finding) *proposal {
	p.Source, p.Check, p.Fingerprint = f.CheckID, &f.CheckID, &f.Fingerprint
	return p
}
