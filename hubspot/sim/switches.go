package sim

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"hubgraph/hubspot"
)

// Switches say how the portal behaves where HubSpot's behavior is not known for
// certain. Each has one of the values that Facts lists for it.
type Switches struct {
	// Writes of associations.
	LabelWrite     string
	PlainWrite     string
	AutoPrimary    string
	CreateStatus   string
	PutStatus      string
	V3CreateStatus string
	DefaultResult  string
	DefaultBody    string
	// Refusals.
	BadID          string
	BadType        string
	WrongDirection string
	MissingRecord  string
	RecordCap      string
	LabelCap       string
	LimitError     string
	LimitRange     string
	// Reads of associations.
	IDs            string
	PageSize       string
	Errors         string
	DuplicateInput string
	MissingFrom    string
	MissingSingle  string
	Cursor         string
	ReadLag        string
	VersionFirst   string
	// Records and association types.
	Merge           string
	ArchivedLinks   string
	ParentLabel     string
	LeadDeal        string
	Unlisted        string
	SameObjectLabel string
	TakenName       string
	DefinitionLag   string
	PurgeStatus     string
	AssociationRate string
}

// Fact is an open question about HubSpot, with the switch that answers it here.
type Fact struct {
	Switch  string   // name, as --fact takes it
	Values  []string // the default first
	About   string   // what differs
	Because string   // the source of the default, or the doubt
}

// facts are in the order of the fields of Switches. A copy of them stands in
// the package's documentation.
var facts = [...]Fact{
	{"label-write", []string{"replace", "add"}, "what a write of labels does to the other labels of the pair of records", "HubSpot's guide says replace; users of some portals report that labels add up"},
	{"plain-write", []string{"keep", "replace"}, "what a write of the plain type does to the labels of the pair of records", "not documented; nobody reports lost labels"},
	{"auto-primary", []string{"off", "on"}, "whether a record's first company becomes its primary one", "seen in the user interface, not documented for the API"},
	{"create-status", []string{"201", "200"}, "the status of a batch create in the dated versions", "the specification says 201; its draft of 2026-09 says 200"},
	{"put-status", []string{"201", "200"}, "the status of a PUT between two records", "the specification says 201; users saw 200"},
	{"v3-create-status", []string{"200", "201"}, "the status of a batch create in v3", "an issue of the Python client dates the change from 201 to 200 to 2025-08-21"},
	{"default-result", []string{"both", "one"}, "whether a default association is answered with a row for each direction", "recorded answers have two rows; the specification does not say"},
	{"default-body", []string{"ignored", "refused"}, "whether the dated PUT of a default association refuses a body", "one package claims that 2026-09 does"},
	{"bad-id", []string{"item", "batch"}, "whether an id that is no number fails its input or the whole batch", "client code exists for both"},
	{"bad-type", []string{"batch", "item"}, "whether a type that does not fit the pair fails the whole batch or its input", "answers of v4 were seen with 400, those of v3 with an item"},
	{"wrong-direction", []string{"named", "unnamed"}, "whether a type of the other direction gets an error text of its own", "seen in one sandbox"},
	{"missing-record", []string{"item", "batch", "dated-batch"}, "whether a record that is not there fails its input, the whole batch, or the whole batch in the dated versions only", "items are recorded; one package claims the last of 2026-09"},
	{"record-cap", []string{"250000", "500000", "50000", "10000", "1000"}, "the most records of one type that a record can be associated with", "250,000 by HubSpot's changelog of 2025-12-02, 50,000 before; the others are published for subscriptions and pairs"},
	{"label-cap", []string{"50", "10"}, "the most labels that a pair of object types can have", "seen in live runs; HubSpot's older documentation says 10"},
	{"limit-error", []string{"unnamed", "named", "item"}, "how the cap of associations reads: 400, 400 with the subCategory ASSOCIATIONS_LIMIT_EXCEEDED, or an item", "not documented; one third party names the subCategory"},
	{"limit-range", []string{"item", "batch"}, "whether a limit that is out of its range fails its input or the whole batch", "HubSpot's changelog says only that the message names the range"},
	{"ids", []string{"number", "string", "dated-string"}, "how the ids of associated records are written: as numbers, as text, or as text in the dated versions only", "recorded answers have numbers, the specification says text"},
	{"page-size", []string{"500", "100"}, "the records that one input of a batch read gets at once", "not documented for v4; 500 is the page of the single read, 100 that of v3"},
	{"errors", []string{"whole", "trimmed"}, "whether a batch lists all of its error items", "one recorded answer counts 36 errors and lists 1"},
	{"duplicate-input", []string{"once", "each"}, "how often a batch read answers an id that is asked twice", "not known"},
	{"missing-from", []string{"empty", "missing"}, "what a batch read says of a record that is archived or was never there", "reported to be the same as for one without associations"},
	{"missing-single", []string{"404", "empty"}, "what the read of one record's associations says of a record that is not there", "not documented"},
	{"cursor", []string{"any", "decoded"}, "whether a query takes cursors in their percent-encoded form too", "HubSpot hands them out encoded, and clients encode them again"},
	{"read-lag", []string{"none", "2s"}, "how long reads of associations may show what stood before a write", "normally none is seen, and nothing is promised"},
	{"version-first", []string{"yes", "no"}, "whether /crm/associations/v4/… answers like /crm/v4/associations/…", "part of the specification writes it so, no client sends it"},
	{"merge", []string{"new-id", "primary"}, "which record is left after a merge", "HubSpot's changelog announces a new id; older portals keep the primary record"},
	{"archived-links", []string{"hidden", "kept"}, "whether associations with archived records are still listed", "HubSpot's help says that deleting removes them; no source for the API"},
	{"parent-label", []string{"14", "13"}, "which of the types 13 and 14 reads Parent Company", "the guide names the directions, not the texts"},
	{"lead-deal", []string{"both", "one-way"}, "whether a deal lists the lead that lists it", "one portal was seen to list 582 on leads and nothing on deals"},
	{"unlisted-inverse", []string{"none", "neighbor"}, "whether the types without a listed inverse have the neighboring id as theirs", "every listed inverse is a neighbor, 27 types have none listed"},
	{"same-object-label", []string{"one", "two"}, "how many types a label without a second text makes between records of one type", "elsewhere it makes two; for this case no answer is recorded"},
	{"taken-name", []string{"400", "409"}, "the status for a label whose name is taken", "names must be unique; the status is not documented"},
	{"definition-lag", []string{"none", "seen"}, "whether lists of types show a label only 5 s later, schemas 60 s later, its name stays taken for 5 min and its count for 40 s after it is gone", "seen in one set of live runs, with times that varied"},
	{"purge-status", []string{"200", "204"}, "the status of a purge of limits in the dated versions", "the specification says 200; one set of live runs got 204"},
	{"association-rate", []string{"counted", "exempt"}, "whether batch reads of associations count against the ten-second limit", "the usage guidelines exempt search alone; one version of the specification exempts them too"},
}

// Facts lists the open questions and how they can be answered.
func Facts() []Fact { return slices.Clone(facts[:]) }

// DefaultSwitches are the first value of each fact.
func DefaultSwitches() Switches {
	var s Switches
	v := reflect.ValueOf(&s).Elem()
	for i, f := range facts {
		v.Field(i).SetString(f.Values[0])
	}
	return s
}

// Set sets one switch by an assignment such as "ids=string".
func (s *Switches) Set(assignment string) error {
	name, value, _ := strings.Cut(assignment, "=")
	i := slices.IndexFunc(facts[:], func(f Fact) bool { return f.Switch == name })
	if i < 0 {
		names := make([]string, len(facts))
		for i, f := range facts {
			names[i] = f.Switch
		}
		return fmt.Errorf("there is no fact %q: choose among %s", name, strings.Join(names, ", "))
	}
	if !slices.Contains(facts[i].Values, value) {
		return fmt.Errorf("%s is %q: choose %s", name, value, strings.Join(facts[i].Values, " or "))
	}
	reflect.ValueOf(s).Elem().Field(i).SetString(value)
	return nil
}

// switched is the value of a switch whose values are numbers.
func switched(value string) int {
	n, err := strconv.Atoi(value)
	if err != nil {
		panic("sim: every value of this fact is a number: " + err.Error())
	}
	return n
}

// Use sets a switch and what hangs on it, by an assignment such as
// "merge=primary".
func (p *Portal) Use(assignment string) error {
	if err := p.switches.Set(assignment); err != nil {
		return err
	}
	p.applySwitches()
	return nil
}

// applySwitches gives the association types what the switches say of them.
func (p *Portal) applySwitches() {
	companies := p.pair(p.typeOf("companies"), p.typeOf("companies"))
	parent, child := 14, 13
	if p.switches.ParentLabel == "13" {
		parent, child = child, parent
	}
	companies.find(hubspot.HubSpotDefined, parent).rename("Parent Company")
	companies.find(hubspot.HubSpotDefined, child).rename("Child Company")
	there := p.pair(p.typeOf("leads"), p.typeOf("deals"))
	back := p.pair(there.to, there.from)
	for id, inverse := range map[int]int{582: 583, 1037: 1038} {
		t := there.find(hubspot.HubSpotDefined, id)
		t.inverse = back.find(hubspot.HubSpotDefined, inverse)
		if p.switches.LeadDeal == "one-way" {
			t.inverse = nil
		}
	}
	p.unlistedInverses()
}

// unlistedInverses gives the types without a listed inverse one with a
// neighboring id, or takes it away again.
func (p *Portal) unlistedInverses() {
	taken := map[int]bool{}
	for _, d := range hubspot.DocumentedTypes() {
		taken[d.TypeID] = true
	}
	for _, d := range hubspot.DocumentedTypes() {
		from, to := p.typeOf(d.From), p.typeOf(d.To)
		if d.Inverse != 0 || d.Source != "docs" || from == nil || to == nil {
			continue
		}
		t := p.pair(from, to).find(hubspot.HubSpotDefined, d.TypeID)
		id := d.TypeID + 1
		if taken[id] {
			id = d.TypeID - 1
		}
		switch {
		case t.inverse != nil && p.switches.Unlisted == "none":
			p.remove(p.pair(to, from), func(o *associationType) bool { return o == t.inverse })
			t.inverse = nil
		case t.inverse == nil && p.switches.Unlisted == "neighbor":
			t.inverse = p.add(&associationType{from: to, to: from, category: t.category, id: id, label: d.Label, inverse: t, order: -id, // before what users define, whenever the fact is set
				name: documentedName(hubspot.DocumentedType{From: d.To, To: d.From, Kind: d.Kind})})
		}
	}
}
