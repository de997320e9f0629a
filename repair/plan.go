package repair

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/renameio/v2"
)

// Schema is the version of the plan file that this program writes and reads.
const Schema = 1

// Life is how long a plan may be applied.
const Life = 24 * time.Hour

// A plan that must not be applied: each is wrapped by an error that says why and
// what to do.
var (
	ErrEdited      = errors.New("the plan is not what was planned")
	ErrExpired     = errors.New("the plan has expired")
	ErrOtherPortal = errors.New("the plan is for another portal")
	ErrTooMany     = errors.New("the plan is larger than allowed")
)

// Plan is a list of associations to create.
type Plan struct {
	Schema     int         `json:"schema"`
	PortalID   int64       `json:"portal_id"`
	SnapshotID string      `json:"snapshot_id"`
	BaselineID *string     `json:"baseline_id"`
	CreatedAt  time.Time   `json:"created_at"`
	ExpiresAt  time.Time   `json:"expires_at"`
	Digest     string      `json:"digest"` // sha256 of the plan with an empty digest
	Operations []Operation `json:"operations"`
}

// Operation adds association types from one record to another.
type Operation struct {
	N           int    `json:"n"` // from 1
	Check       string `json:"check"`
	Fingerprint string `json:"fingerprint"`
	FromType    string `json:"from_type"`
	FromID      int64  `json:"from_id"`
	ToType      string `json:"to_type"`
	ToID        int64  `json:"to_id"`
	Types       []Type `json:"types"` // what the pair lacks
	Before      Before `json:"before"`
	Reason      string `json:"reason"`
	// What only people read: names of the records, and labels of Types in their order,
	// empty where there is none. They are left out where they would say nothing, so that
	// the digest of a plan that was made without them holds.
	FromName string   `json:"from_name,omitempty"`
	ToName   string   `json:"to_name,omitempty"`
	Labels   []string `json:"labels,omitempty"`
}

// Type names an association type of an ordered pair of object types.
type Type struct {
	Category string `json:"category"`
	TypeID   int32  `json:"type_id"`
}

func (t Type) String() string { return fmt.Sprintf("%s:%d", t.Category, t.TypeID) }

// Before is what two records had when the plan was made: Forward in the
// direction of the operation, Inverse in the other.
type Before struct {
	Forward []Type `json:"forward"`
	Inverse []Type `json:"inverse"`
}

// seal numbers the operations and computes the digest.
func (p *Plan) seal() {
	for i := range p.Operations {
		p.Operations[i].N = i + 1
	}
	p.Digest = p.digest()
}

func (p *Plan) digest() string {
	unsealed := *p
	unsealed.Digest = ""
	text, err := json.Marshal(unsealed)
	if err != nil {
		panic(fmt.Sprintf("a plan is always valid JSON: %v", err))
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256(text))
}

// Write writes the plan to a new file or over an old one, whole or not at all.
func (p *Plan) Write(name string) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	if err := renameio.WriteFile(name, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return nil
}

// Read reads a plan and makes sure that nobody has changed it.
func Read(name string) (*Plan, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	var p Plan
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("%w: %s cannot be read as a plan (%v); make it again with `hubgraph repair plan`", ErrEdited, name, err)
	}
	if p.Schema > Schema {
		return nil, fmt.Errorf("%w: %s has format %d, this program reads up to %d; use a newer hubgraph", ErrEdited, name, p.Schema, Schema)
	}
	if p.Digest != p.digest() || d.More() {
		return nil, fmt.Errorf("%w: %s was changed after it was made (its digest no longer fits); make it again with `hubgraph repair plan`", ErrEdited, name)
	}
	return &p, nil
}

// Check says why the plan must not be applied to a portal now, if so.
func (p *Plan) Check(portal int64, now time.Time, most int) error {
	switch {
	case p.PortalID != portal:
		return fmt.Errorf("%w: it was made for portal %d and the token belongs to portal %d; use that portal's token, or plan again for this one", ErrOtherPortal, p.PortalID, portal)
	case now.After(p.ExpiresAt):
		return fmt.Errorf("%w: it was good until %s; crawl, audit and plan again", ErrExpired, p.ExpiresAt.Format(time.RFC3339))
	case len(p.Operations) > most:
		return fmt.Errorf("%w: it has %d operations and the cap is %d; look at what it would do with `hubgraph repair show`, then raise --max-operations", ErrTooMany, len(p.Operations), most)
	}
	return nil
}
