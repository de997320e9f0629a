package sim

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"hubgraph/hubspot"
)

// Portal is a HubSpot account in memory: its object types, records, association
// types and associations. It is safe for use by several goroutines.
type Portal struct {
	mu            sync.RWMutex
	account       account
	switches      Switches
	types         []*objectType
	archivedTypes []*objectType          // of custom objects that a request has archived
	byName        map[string]*objectType // by id and every name, in lower case
	pairs         map[[2]*objectType]*pair
	owners        []owner
	nextType      int            // id of the next USER_DEFINED association type
	deleted       []deletedLabel // by requests
	history       *history
	truth         truth
}

// account is what account-info says.
type account struct {
	id       int64
	kind     string // STANDARD, SANDBOX, DEVELOPER_TEST, APP_DEVELOPER
	timeZone string
	currency string
	uiDomain string
}

// owner is a user to whom records belong.
type owner struct {
	id                 int64
	email, first, last string
	archived           bool // the user was removed from the account
}

// objectType is a kind of record with all records of that kind.
type objectType struct {
	hubspot.ObjectType
	index            int
	labels           [2]string // singular and plural, as people read them
	properties       []string  // by the index of record.values
	property         map[string]int
	described        map[string]*property // by name, where a user has said more than a value
	gone             map[string]*property // by name, those that were archived
	groups           []propertyGroup      // those that were made
	pipelines        []*pipeline
	records          map[int64]*record
	sorted           []*record // by id
	lastID           int64
	created, updated time.Time // of the schema
	shown            shown
	archived         bool
	history          *history // the portal's
}

// shown is what a schema says of the properties of an object type.
type shown struct {
	description                     string
	primary                         string
	required, searchable, secondary []string
	sensitive                       bool // it may have sensitive properties
}

// shownOf is what the schema of a new object type says.
func shownOf(name string) shown {
	primary := cmp.Or(displayed[name], "name")
	return shown{primary: primary, searchable: []string{primary}}
}

type pipeline struct {
	id, label string
	stages    []stage
}

type stage struct {
	id, label string
	metadata  map[string]string
}

// life is the state that a record is in.
type life uint8

const (
	live     life = iota
	archived      // deleted by a user, restorable for 90 days
	merged        // gone into another record
	absent        // no such record: only an association names it
)

// record is a record with the associations that are listed on it.
type record struct {
	typ                    *objectType
	id                     int64
	life                   life
	created, updated, left int64    // milliseconds since 1970; left: archived or merged at
	values                 []string // by property; "" is null
	into                   *record  // that it was merged into
	from                   []int64  // ids that were merged into it
	links                  []link   // by object type and id of the other end, then association type
}

// defaultPortalID is the portal that a text without a portal line is about.
const defaultPortalID = 7654321

// newPortal returns a portal without records: the standard object types and
// their documented association types.
func newPortal() *Portal {
	p := &Portal{
		account:  account{defaultPortalID, "STANDARD", "UTC", "EUR", "app.hubspot.com"},
		switches: DefaultSwitches(),
		byName:   map[string]*objectType{},
		pairs:    map[[2]*objectType]*pair{},
		nextType: 1,
		history:  &history{states: map[*record]state{}},
	}
	for _, t := range slices.Concat(hubspot.StandardTypes(), unnumberedTypes) {
		p.addType(t, [2]string{title(t.Singular), title(t.Name)})
	}
	p.defineDocumented()
	p.applySwitches()
	return p
}

// unnumberedTypes are object types that clients know by name. No document at hand
// lists their ids: these are the simulator's.
var unnumberedTypes = []hubspot.ObjectType{
	{ID: "0-9001", Name: "contracts", Singular: "contract"},
	{ID: "0-9002", Name: "partner_clients", Singular: "partner_client"},
	{ID: "0-9003", Name: "partner_services", Singular: "partner_service"},
}

func title(name string) string {
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
}

// schemaTime is when the object types of every portal were made.
var schemaTime = time.Date(2025, 1, 2, 3, 4, 5, 678e6, time.UTC)

// nextIndex is the place of a new object type, behind all others.
func (p *Portal) nextIndex() int {
	if len(p.types) == 0 {
		return 0
	}
	return p.types[len(p.types)-1].index + 1
}

func (p *Portal) addType(t hubspot.ObjectType, labels [2]string) *objectType {
	o := &objectType{ObjectType: t, index: p.nextIndex(), labels: labels, shown: shownOf(t.Name), property: map[string]int{}, records: map[int64]*record{},
		created: schemaTime, updated: schemaTime, history: p.history}
	p.types = append(p.types, o)
	names := []string{t.ID, t.Name, t.Singular}
	if t.Custom() { // the bare name is refused; with the portal's id it is fully qualified
		names = []string{t.ID, t.Name, fmt.Sprintf("p%d_%s", p.account.id, strings.TrimPrefix(t.Name, "p_"))}
	}
	for _, name := range names {
		p.byName[strings.ToLower(name)] = o
	}
	for _, name := range standardProperties[t.Name] {
		o.define(name)
	}
	if standardProperties[t.Name] == nil {
		for _, name := range []string{"hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id", shownOf(t.Name).primary} {
			o.define(name)
		}
	}
	return o
}

// define finds the index of a property, and makes the property where it is new.
func (t *objectType) define(name string) int {
	i, ok := t.property[name]
	if !ok {
		i = len(t.properties)
		t.properties = append(t.properties, name)
		t.property[name] = i
	}
	return i
}

// typeOf finds an object type by its id or by any of its names.
func (p *Portal) typeOf(name string) *objectType { return p.byName[strings.ToLower(name)] }

// firstID is where the ids that a portal gives out itself start: above 2^31, as
// those of today's portals do.
const firstID = 20_000_000_000

// newRecord makes a record. An id of 0 takes the next free one.
func (t *objectType) newRecord(id int64, created time.Time) *record {
	if id == 0 {
		id = max(t.lastID, firstID) + 1
	}
	r := &record{typ: t, id: id, created: created.UnixMilli(), updated: created.UnixMilli()}
	t.records[id] = r
	t.lastID = max(t.lastID, id)
	if n := len(t.sorted); n == 0 || t.sorted[n-1].id < id {
		t.sorted = append(t.sorted, r)
		return r
	}
	at, _ := t.find(id)
	t.sorted = slices.Insert(t.sorted, at, r)
	return r
}

// find gives the place of the first record in t.sorted whose id is at least id.
func (t *objectType) find(id int64) (int, bool) {
	return slices.BinarySearchFunc(t.sorted, id, func(r *record, id int64) int { return cmp.Compare(r.id, id) })
}

// live finds a record that lists show; a merged-away id leads to its survivor.
func (t *objectType) live(id int64) *record {
	r := t.records[id]
	for r != nil && r.life == merged {
		r = r.into
	}
	if r == nil || r.life != live {
		return nil
	}
	return r
}

// get gives the value of a property; "" is null, also of what is not defined.
func (r *record) get(name string) string {
	switch name {
	case "hs_object_id":
		return fmt.Sprint(r.id)
	case "createdate":
		return timestamp(r.created)
	case "lastmodifieddate", "hs_lastmodifieddate":
		return timestamp(r.updated)
	case "hs_merged_object_ids":
		return strings.Join(r.mergedIDs(), ";")
	case "hs_email_domain":
		_, domain, _ := strings.Cut(r.get("email"), "@")
		return strings.ToLower(domain)
	}
	if r.typ.workedOut(name) {
		return r.outcome(name)
	}
	if i, ok := r.typ.property[name]; ok && i < len(r.values) && r.values[i] != "" {
		return r.values[i]
	}
	return r.linked(name)
}

// mergedIDs are the ids that were merged into a record, in one step or several.
func (r *record) mergedIDs() []string {
	var ids []string
	for _, id := range slices.Sorted(slices.Values(r.from)) {
		ids = append(append(ids, strconv.FormatInt(id, 10)), r.typ.records[id].mergedIDs()...)
	}
	return ids
}

// set gives a property a value; "" is null.
func (r *record) set(name, value string) {
	i := r.typ.define(name)
	if i >= len(r.values) {
		r.values = append(r.values, make([]string, i+1-len(r.values))...)
	}
	r.values[i] = value
}

// timestamp writes a time as HubSpot's JSON does, with milliseconds in UTC.
func timestamp(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
}
