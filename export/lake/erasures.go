package lake

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"time"

	"hubgraph/internal/sentence"
)

// erasedFile lists, beside the audits, the records that were erased, and erasedKey is the
// key under which it names them.
const (
	erasedFile = "erased.jsonl"
	erasedKey  = "erased.key"
)

// erasedRecord is a line of erasedFile. Who only has the lines cannot find out whom they
// name: the ids of a portal can all be tried, and so a plain hash would name them.
type erasedRecord struct {
	At          time.Time `json:"at"`
	ToolVersion string    `json:"tool_version"`
	Record      string    `json:"record"` // HMAC-SHA-256 of TYPE_ID:ID, in hex
}

// Erasures are the records that were erased, in a way that answers for a record that one
// knows, and names none.
type Erasures struct {
	lines []byte // of the file; empty: nothing was erased
	key   []byte
	mac   hash.Hash
	at    map[string]time.Time
}

// Erasures reads which records were erased.
func (p *Portal) Erasures() (*Erasures, error) {
	e := &Erasures{at: map[string]time.Time{}}
	var err error
	if e.lines, err = p.content(p.audited(erasedFile)); err != nil || e.lines == nil {
		return e, err
	}
	key, err := p.content(p.audited(erasedKey))
	if err != nil {
		return nil, err
	}
	if e.key, err = hex.DecodeString(string(bytes.TrimSpace(key))); err != nil || len(e.key) != sha256.Size {
		return nil, sentence.New(ErrDamaged, "%s is not the key of %s: restore it from a backup, or remove both, and nobody can say any more whom hubgraph erased",
			p.path(p.audited(erasedKey)), erasedFile)
	}
	for line := range bytes.Lines(e.lines) {
		var r erasedRecord
		if err := json.Unmarshal(line, &r); err != nil || len(r.Record) != hex.EncodedLen(sha256.Size) {
			return nil, sentence.New(ErrDamaged, "%s holds a line that is no erasure: restore it from a backup, or remove it and %s, and nobody can say any more whom hubgraph erased",
				p.path(p.audited(erasedFile)), erasedKey)
		}
		e.at[r.Record] = r.At
	}
	return e, nil
}

// Any reports whether any record was erased.
func (e *Erasures) Any() bool { return len(e.at) > 0 }

// When is the time at which a record was erased last; zero where it was not. Its type is
// HubSpot's id of it.
func (e *Erasures) When(typeID string, id int64) time.Time { return e.at[e.name(typeID, id)] }

func (e *Erasures) name(typeID string, id int64) string {
	if e.mac == nil {
		e.mac = hmac.New(sha256.New, e.key)
	}
	e.mac.Reset()
	fmt.Fprintf(e.mac, "%s:%d", typeID, id)
	return hex.EncodeToString(e.mac.Sum(nil))
}

// Erased is a record that was erased, with HubSpot's id of its type.
type Erased struct {
	TypeID string
	ID     int64
}

// NoteErased adds records to those that were erased. The data folder must be locked.
func (p *Portal) NoteErased(at time.Time, tool string, records ...Erased) error {
	e, err := p.Erasures()
	if err != nil {
		return err
	}
	if len(e.key) == 0 {
		e.key = make([]byte, sha256.Size)
		rand.Read(e.key) // it never fails
		if err := p.replace(p.audited(erasedKey), 0o600, []byte(hex.EncodeToString(e.key)+"\n")); err != nil {
			return err
		}
	}
	lines := e.lines
	if len(lines) > 0 && !bytes.HasSuffix(lines, []byte("\n")) {
		lines = append(lines, '\n') // an editor may have taken it
	}
	for _, r := range records {
		line, err := json.Marshal(erasedRecord{at.UTC().Truncate(time.Second), tool, e.name(r.TypeID, r.ID)})
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	return p.replace(p.audited(erasedFile), FileMode, lines)
}
