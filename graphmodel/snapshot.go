package graphmodel

import (
	"iter"
	"time"
)

// Snapshot is all that one crawl learnt of a portal: the graph of its records
// and links, what is known of each record, the definitions that were in force,
// and what was and was not read.
type Snapshot struct {
	ID         string // start in UTC, YYYYMMDDThhmmssZ
	PortalID   int64
	TimeZone   string // of the portal, as IANA names it; may be empty
	Currency   string // of the company, ISO 4217, in which amounts without one are; may be empty
	APIVersion string
	Tool       string // version of hubgraph
	StartedAt  time.Time
	FinishedAt time.Time
	Complete   bool   // no cell of Coverage is a gap
	ScopeHash  string // equal for crawls that asked the portal for the same things
	Requests   int64  // HTTP requests sent, repeats included

	Types       []ObjectType
	Definitions []Definition
	Stages      []Stage
	Owners      []Owner // by id; none unless the crawl was to read them
	Coverage    []Coverage
	Gaps        []Gap // by kind, object types and record
	Aliases     []Alias

	Graph *Graph // sealed
	// Records yields what was read of each record, in the order of Key.Compare,
	// each key once. Nodes of Graph that no answer described are not among them.
	Records func() iter.Seq2[Record, error]
}

// ObjectType is an object type that the crawl covers.
type ObjectType struct {
	ID       string // "0-1", "2-123"
	Name     string // "contacts", "p_cars"
	Singular string
	Label    string // as people in the portal read it; may be empty
	Custom   bool
}

// Record is what is kept of a HubSpot record. Pointers and empty strings mean
// that HubSpot gave no value.
type Record struct {
	Key
	Name                 string
	CreatedAt, UpdatedAt *time.Time
	Archived             bool
	OwnerID              *int64
	PipelineID, StageID  string
	IsClosed, IsWon      *bool  // from the pipeline's metadata, else the record's own, never from a stage's name
	Amount               string // digits, with a point, that DECIMAL(18,4) holds
	Currency             string // of Amount: the record's own, else that of the portal
	CloseDate            *time.Time
	Domain               string
	EmailDomain          string // the part after @ alone; the address is not kept
	LifecycleStage       string
	URL                  string
	Properties           map[string]string
}

// Definition is an association type that the portal defines for an ordered pair
// of object types.
type Definition struct {
	From, To string
	Category string
	TypeID   int32
	Name     string // internal name from the schema; may be empty
	Label    string // empty for the plain association
	// The inverse type, where it is known: InverseSource is "documented",
	// "config", "same_text" or "learned", and empty where it is not known.
	InverseCategory string
	InverseTypeID   int32
	InverseSource   string
	// InverseSupport is the number of links that a learned inverse rests on,
	// and InverseOverlap their Jaccard overlap, 0 to 1.
	InverseSupport int64
	InverseOverlap float64
	Default        bool // the plain association of the pair
	Primary        bool
	MaxTo          *int64 // most links of this type that one record may have
}

// Stage is a stage of a pipeline.
type Stage struct {
	ObjectType               string
	PipelineID, PipelineName string
	StageID, StageName       string
	Position                 int32
	IsClosed, IsWon          *bool
}

// Owner is a user, or a queue, to whom records belong: OwnerID of Record is its ID.
type Owner struct {
	ID       int64
	Name     string // may be empty
	Archived bool   // the user was removed
}

// OwnersKind is the kind of Coverage, and its From, of the portal's owners. Names
// decide nothing: without them a snapshot is as good to audit.
const OwnersKind = "owners"

// Coverage says how completely one cell was read: one object type, one ordered
// pair of object types, the association types of such a pair, or the owners.
type Coverage struct {
	Kind      string // "objects", "associations", "types", OwnersKind
	From, To  string // To is empty for "objects"
	Requested int64  // ids or pages asked for
	Received  int64  // records, answered ids or definitions that came
	Empty     int64  // ids answered with "has none"
	Failed    int64  // ids whose answer was an error
	Unread    int64  // ids that were asked and never answered in full
	// Unreadable is how many values of records are kept as text alone, for they are
	// not what their property should hold.
	Unreadable int64
	// Expected is how many records there are by another source than what was
	// read; nil where none was asked, or none answers.
	Expected              *int64
	Complete              bool
	Verdict               Verdict
	Reason                string // why the verdict is not VerdictComplete
	StartedAt, FinishedAt time.Time
}

// Gap is a part of a cell that was not read: one record, or where ID is nil, the
// cell as a whole.
type Gap struct {
	Kind, From string // as in Coverage
	ID         *int64 // of the record of type From
	To         string
	Reason     string
}

// Verdict is what Coverage comes to.
type Verdict string

// The verdicts. Of a cell that is out of scope nothing is known: it is not
// Complete, and it is no gap either.
const (
	VerdictComplete     Verdict = "complete"
	VerdictIncomplete   Verdict = "incomplete"
	VerdictUnverifiable Verdict = "unverifiable" // read in full, but no other source says how much there is
	VerdictOutOfScope   Verdict = "out_of_scope" // the crawl was not to read it
)

// Outcome is the verdict, or where none was given what Complete says.
func (c Coverage) Outcome() Verdict {
	switch {
	case c.Gap():
		return VerdictIncomplete
	case c.Verdict == "":
		return VerdictComplete
	}
	return c.Verdict
}

// Gap reports whether the cell should have been read in full and was not.
func (c Coverage) Gap() bool { return !c.Complete && c.Verdict != VerdictOutOfScope }

// Alias is an id that HubSpot merged away.
type Alias struct {
	ObjectType       string
	OldID, CurrentID int64
}
