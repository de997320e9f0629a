package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hubgraph/crawl"
	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/internal/nearest"
	"hubgraph/queries"
)

// KeepRules are the keys below keep: the rules of which snapshots stay.
var KeepRules = []string{"last", "daily", "weekly", "monthly"}

// The policies that baseline chooses from: what a night is compared with.
const (
	LastComplete = "last-complete"
	Accepted     = "accepted"
)

// own are the keys that no flag has, and those that mean something narrower in a file
// than on a command line.
func (c Catalog) own() []Key {
	keys := []Key{
		{Name: "fail_on", Check: severity},
		{Name: "baseline", About: "what a night is compared with: last-complete or accepted", Check: oneOf(LastComplete, Accepted)},
		{Name: "directions", Check: oneOf(crawl.Both, crawl.Smaller)},
		{Name: "lanes", Check: oneOf(crawl.Lanes()...)},
		{Name: "properties", Kind: Lists},
		{Name: "check", Kind: List, Some: true, Check: c.checkID},
		{Name: "remind_days", Kind: Count, About: "days after which an open finding is mentioned again"},
		{Name: checksDir, About: "folder of checks of your own, NAME.sql"},
		{Name: checkTime, Kind: Time, About: "how long one check may take"},
		{Name: "known_gaps", Kind: Lines, About: "records that HubSpot does not answer for, as deals:301: no exit code 3", Check: record},
		{Name: "inverses", Kind: Lines, About: "pairs of association types that are inverses of each other", Check: inverse},
	}
	for _, rule := range KeepRules {
		kept := map[string]string{"last": "snapshots", "daily": "days", "weekly": "weeks", "monthly": "months"}[rule]
		keys = append(keys, Key{Name: keepKey + "_" + rule, About: "how many of the newest " + kept + " are kept, or unlimited", Check: keepCount})
	}
	return keys
}

func severity(text string) error {
	_, err := queries.ParseSeverity(text)
	return err
}

func oneOf(words ...string) func(string) error {
	return func(text string) error {
		if slices.Contains(words, text) {
			return nil
		}
		return fmt.Errorf("%q is not known: choose %s", text, strings.Join(words, " or "))
	}
}

func inverse(text string) error {
	_, err := crawl.ParseInverse(text)
	return err
}

func keepCount(text string) error {
	if _, err := strconv.ParseUint(text, 10, 31); err != nil && text != "unlimited" {
		return fmt.Errorf("%q is no count of snapshots: write a number, or unlimited", text)
	}
	return nil
}

// record takes a record as gaps name it, by the name of its object type: nobody would
// notice a name that no gap can have.
func record(text string) error {
	key, err := graphmodel.ParseKey(text)
	if err != nil {
		return err
	}
	if t, ok := hubspot.StandardType(key.Type); ok {
		if t.Name != key.Type {
			return fmt.Errorf("%q is not how gaps are named: write %s:%d", text, t.Name, key.ID)
		}
		return nil
	}
	if strings.HasPrefix(key.Type, "p") && hubspot.CheckTypeName(key.Type) == nil {
		return nil
	}
	var names []string
	for _, t := range hubspot.StandardTypes() {
		names = append(names, t.Name)
	}
	return fmt.Errorf("%q is of no object type: %s", text, orElse(nearest.Question(key.Type, names), "write a standard one such as deals:301, or a custom object such as p_cars:301"))
}

func (c Catalog) checkID(id string) error {
	if c.check(id) != nil {
		return nil
	}
	return fmt.Errorf("there is no check %q: %s", id, orElse(nearest.Question(id, c.checkIDs()), "`hubgraph checks` lists all"))
}

func (c Catalog) check(id string) *Check {
	i := slices.IndexFunc(c.Checks, func(check Check) bool { return check.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Checks[i]
}

func (c Catalog) checkIDs() []string {
	var ids []string
	for _, check := range c.Checks {
		ids = append(ids, check.ID)
	}
	return ids
}
