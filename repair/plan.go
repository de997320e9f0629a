package repair

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"os"
	"strings"
	"time"

	"github.com/google/renameio/v2"

	"hubgraph/graphmodel"
	"hubgraph/internal/sentence"
)

// Schema is the version of the plan file that this program writes and reads.
const Schema = 2

// The actions of operations.
const (
	Add    = "add"    // create association types between two records
	Remove = "remove" // archive them
	Define = "define" // create, change or delete a label, or set a limit
)

// The classes of operations say how sure it is that they are wanted.
const (
	Determined = "determined" // follows from what the portal has itself
	Restored   = "restored"   // was there in an earlier snapshot
	Inferred   = "inferred"   // follows from a rule that somebody asked for
	Given      = "given"      // stands in a file that somebody wrote
	Undone     = "undo"       // takes back what an earlier run added
)

// Classes are all of them.
func Classes() []string { return []string{Determined, Restored, Inferred, Given, Undone} }

// Plan is a list of associations to create or to archive, with all that has to
// be true for each just before it is sent.
type Plan struct {
	Schema     int       `json:"schema"`
	PortalID   int64     `json:"portal_id"`
	SnapshotID string    `json:"snapshot_id"`
	BaselineID *string   `json:"baseline_id"`
	AuditID    *string   `json:"audit_id"`
	CreatedAt  time.Time `json:"created_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	Digest     string    `json:"digest"` // sha256 of the plan with an empty digest
	// Pairs are the ordered pairs of live records that the snapshot lists, and
	// InverseLess those of them that the other end does not list, or not with the inverse types.
	Pairs       int64 `json:"pairs"`
	InverseLess int64 `json:"inverse_less"`
	// Definitions are the association types of every ordered pair of object types that an
	// operation touches, in both directions, as they were on the plan's day.
	Definitions []Definition `json:"definitions"`
	Operations  []Operation  `json:"operations"`
	Blocked     []Refused    `json:"blocked"`
	// NoFile is true of a plan that nobody has as a file: no other run can go on with it.
	NoFile bool `json:"-"`
}

// Definition is an association type as the plan's day knew it.
type Definition struct {
	FromType string  `json:"from_type"`
	ToType   string  `json:"to_type"`
	Category string  `json:"category"`
	TypeID   int32   `json:"type_id"`
	Label    *string `json:"label"` // null for the plain association
	// The inverse type, null where it is not known surely enough to be written.
	InverseCategory *string `json:"inverse_category"`
	InverseTypeID   *int32  `json:"inverse_type_id"`
	Links           int64   `json:"links"` // with this type, in the snapshot or the night restored from
}

// Operation adds association types from one record to another, or removes them.
type Operation struct {
	N           int           `json:"n"`      // from 1; 0 of what is blocked
	Action      string        `json:"action"` // Add, Remove, Define
	Class       string        `json:"class"`  // Determined, Restored, Inferred, Given, Undone
	Source      string        `json:"source"` // a check, "restore", a rule, a file, a run
	Check       *string       `json:"check"`
	Fingerprint *string       `json:"fingerprint"`
	FromType    string        `json:"from_type"`
	FromID      int64         `json:"from_id"`
	ToType      string        `json:"to_type"`
	ToID        int64         `json:"to_id"`
	Types       []Type        `json:"types"`   // what the pair lacks, or loses
	Require     []Requirement `json:"require"` // all of them are judged just before the operation is sent
	Effects     []Row         `json:"effects"` // rows that HubSpot may add, or remove, beside Types
	Before      Before        `json:"before"`
	Reason      string        `json:"reason"`
	Define      *Defining     `json:"define,omitempty"` // of the action Define, which is about no records
	// What only people read: names of the records, labels of Types in their order, empty
	// where there is none, and the money that moves.
	FromName string   `json:"from_name,omitempty"`
	ToName   string   `json:"to_name,omitempty"`
	Labels   []string `json:"labels,omitempty"`
	Amount   string   `json:"amount,omitempty"` // a decimal number
	Currency string   `json:"currency,omitempty"`
}

// Refused is an operation that is not going to be sent, and why.
type Refused struct {
	Operation
	Cause string `json:"cause"`
}

// Type names an association type of an ordered pair of object types.
type Type struct {
	Category string `json:"category"`
	TypeID   int32  `json:"type_id"`
}

func (t Type) String() string { return fmt.Sprintf("%s:%d", t.Category, t.TypeID) }

// Row is one association type that one record lists towards another.
type Row struct {
	FromType string `json:"from_type"`
	FromID   int64  `json:"from_id"`
	ToType   string `json:"to_type"`
	ToID     int64  `json:"to_id"`
	Category string `json:"category"`
	TypeID   int32  `json:"type_id"`
}

func (r Row) typ() Type { return Type{r.Category, r.TypeID} }

func (r Row) ends() ends {
	return ends{graphmodel.Key{Type: r.FromType, ID: r.FromID}, graphmodel.Key{Type: r.ToType, ID: r.ToID}}
}

func compareRows(a, b Row) int {
	return cmp.Or(a.ends().from.Compare(b.ends().from), a.ends().to.Compare(b.ends().to), strings.Compare(a.Category, b.Category), cmp.Compare(a.TypeID, b.TypeID))
}

// String names the row for a person.
func (r Row) String() string { return fmt.Sprintf("%s -> %s %s", r.ends().from, r.ends().to, r.typ()) }

// Before is what two records had when the plan was made: Forward in the
// direction of the operation, Inverse in the other.
type Before struct {
	Forward []Type `json:"forward"`
	Inverse []Type `json:"inverse"`
}

// ends are the two records of an operation, in its direction.
type ends struct{ from, to graphmodel.Key }

func (e ends) reversed() ends { return ends{e.to, e.from} }

// row is a type between the two records.
func (e ends) row(t Type) Row {
	return Row{e.from.Type, e.from.ID, e.to.Type, e.to.ID, t.Category, t.TypeID}
}

func (o Operation) ends() ends {
	return ends{graphmodel.Key{Type: o.FromType, ID: o.FromID}, graphmodel.Key{Type: o.ToType, ID: o.ToID}}
}

// Seal numbers the operations and computes the digest: after it nothing may be
// changed.
func (p *Plan) Seal() {
	p.Schema = Schema
	p.Definitions, p.Operations, p.Blocked = listed(p.Definitions), listed(p.Operations), listed(p.Blocked)
	for i := range p.Operations {
		p.Operations[i].N = i + 1
		p.Operations[i].list()
	}
	for i := range p.Blocked {
		p.Blocked[i].list()
	}
	p.Digest = p.digest()
}

// list makes a list of what is none: JSON says [] for it, and never null.
func (o *Operation) list() {
	o.Types, o.Require, o.Effects = listed(o.Types), listed(o.Require), listed(o.Effects)
	o.Before = Before{listed(o.Before.Forward), listed(o.Before.Inverse)}
}

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// digest hashes the plan as JSON one operation after the other: as one text it would take tens
// of megabytes.
func (p *Plan) digest() string {
	unsealed := *p
	unsealed.Digest, unsealed.Operations, unsealed.Blocked = "", []Operation{}, []Refused{}
	text, err := json.Marshal(unsealed)
	head, whole := bytes.CutSuffix(text, []byte(`[],"blocked":[]}`))
	if err != nil || !whole {
		panic(fmt.Sprintf("a plan is always valid JSON that ends with its operations: %v", err))
	}
	h := sha256.New()
	h.Write(head)
	hashList(h, p.Operations)
	h.Write([]byte(`,"blocked":`))
	hashList(h, p.Blocked)
	h.Write([]byte("}"))
	return fmt.Sprintf("sha256:%x", h.Sum(nil))
}

// hashList hashes a list as JSON.
func hashList[T any](h hash.Hash, list []T) {
	if list == nil {
		h.Write([]byte("null"))
		return
	}
	var one bytes.Buffer
	encoder := json.NewEncoder(&one)
	before := "["
	for i := range list {
		one.Reset()
		one.WriteString(before)
		if err := encoder.Encode(&list[i]); err != nil {
			panic(fmt.Sprintf("a plan is always valid JSON: %v", err))
		}
		h.Write(bytes.TrimSuffix(one.Bytes(), []byte("\n")))
		before = ","
	}
	if len(list) == 0 {
		h.Write([]byte("["))
	}
	h.Write([]byte("]"))
}

// Write writes the plan to a new file or over an old one, whole or not at all. What is no
// file, such as a device, is left alone.
func (p *Plan) Write(name string) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("write the plan: %s is there and is no file; name another with --output", name)
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	if err := renameio.WriteFile(name, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the plan to %s: %w", name, sentence.Cause(err))
	}
	return nil
}

// A plan that must not be applied: each is wrapped by an error that says why and
// what to do.
var (
	ErrNoPlan      = errors.New("it is no plan")
	ErrEdited      = errors.New("the plan is not what was planned")
	ErrNewer       = errors.New("the plan is of a newer program")
	ErrExpired     = errors.New("the plan has expired")
	ErrOtherPortal = errors.New("the plan is for another portal")
)

// Check says why the plan must not be applied to a portal now, if so.
func (p *Plan) Check(portal int64, now time.Time) error {
	if p.PortalID != portal {
		return fmt.Errorf("%w: it was made for portal %d and the token belongs to portal %d; use that portal's token, or plan again for this one", ErrOtherPortal, p.PortalID, portal)
	}
	return p.CheckAge(now)
}

// CheckAge says whether the plan has expired.
func (p *Plan) CheckAge(now time.Time) error {
	if now.After(p.ExpiresAt) {
		return fmt.Errorf("%w: it was good until %s; crawl, audit and plan again", ErrExpired, p.ExpiresAt.Format(time.RFC3339))
	}
	return nil
}
