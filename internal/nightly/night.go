package nightly

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/internal/terminal"
)

// mostGaps is how many gaps a person is shown.
const mostGaps = 10

// MarshalJSON is the night for scripts. Keys are only ever added.
func (n *Night) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		SnapshotID   string   `json:"snapshot_id"`
		PortalID     int64    `json:"portal_id"`
		Path         string   `json:"path"`
		Complete     bool     `json:"complete"`
		Objects      int64    `json:"objects"`
		Associations int64    `json:"associations"`
		Requests     int64    `json:"requests"`
		Retries      int64    `json:"retries"`
		Gaps         []Gap    `json:"gaps"`
		Unverified   []string `json:"unverified"` // object types
		Unreadable   int64    `json:"unreadable"` // values that are kept as text only
	}{
		n.Snapshot.ID, n.Snapshot.PortalID, n.Entry.Path, n.Snapshot.Complete, n.Entry.Rows("objects"), n.Entry.Rows("associations"),
		n.Snapshot.Requests, n.Retries, n.Gaps(), n.unverified(), n.unreadable(),
	})
}

// WriteText writes for a person what was read, what was not, and what of that is not as
// sure as the rest.
func (n *Night) WriteText(w io.Writer) error {
	gaps := n.Gaps()
	fmt.Fprintf(w, "snapshot %s of portal %d: %d records, %d associations, %d requests, %s\n%s\n",
		n.Snapshot.ID, n.Snapshot.PortalID, n.Entry.Rows("objects"), n.Entry.Rows("associations"), n.Snapshot.Requests, n.verdict(), n.Entry.Path)
	for _, g := range gaps[:min(len(gaps), mostGaps)] {
		fmt.Fprintf(w, "  not read: %s\n", g)
	}
	if more := len(gaps) - mostGaps; more > 0 {
		fmt.Fprintf(w, "  and %d more: hubgraph sql \"FROM gaps\"\n", more)
	}
	if types := n.unverified(); len(types) > 0 {
		fmt.Fprintf(w, "  not held against search, which does not count them: %s\n", strings.Join(types, ", "))
	}
	if values := n.unreadable(); values > 0 {
		fmt.Fprintf(w, "  kept as text only: %s of another kind than the property\n", terminal.Count(values, "value"))
	}
	return nil
}

// verdict says in a few words how complete the night is.
func (n *Night) verdict() string {
	records := map[graphmodel.Key]bool{}
	for _, g := range n.Snapshot.Gaps {
		if g.ID != nil {
			records[graphmodel.Key{Type: g.From, ID: *g.ID}] = true
		}
	}
	switch {
	case len(n.Snapshot.Gaps) == 0:
		return "complete"
	case !n.Snapshot.Readable():
		return fmt.Sprintf("INCOMPLETE, %d gaps", len(n.Snapshot.Gaps))
	case len(records) == 0: // nothing else may lack as a whole
		return "complete but for the owners"
	}
	return "complete but for " + terminal.Count(int64(len(records)), "record")
}

// unverified are the object types that search does not serve; not nil.
func (n *Night) unverified() []string {
	types := []string{}
	for _, c := range n.Snapshot.Coverage {
		if c.Outcome() == graphmodel.VerdictUnverifiable {
			types = append(types, c.From)
		}
	}
	slices.Sort(types)
	return types
}

// unreadable counts the values that are kept as text only.
func (n *Night) unreadable() (values int64) {
	for _, c := range n.Snapshot.Coverage {
		values += c.Unreadable
	}
	return values
}
