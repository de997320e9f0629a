package nightly

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/terminal"
)

// Listed is a snapshot in a list of them.
type Listed struct {
	SnapshotID   string    `json:"snapshot_id"`
	PortalID     int64     `json:"portal_id"`
	Path         string    `json:"path"`
	Complete     bool      `json:"complete"`
	Objects      int64     `json:"objects"`
	Associations int64     `json:"associations"`
	Bytes        int64     `json:"bytes"`
	StartedAt    time.Time `json:"started_at"`
	FinishedAt   time.Time `json:"finished_at"`
	Reason       *string   `json:"reason"` // it is not complete
	readable     bool
}

func listed(e lake.Entry) Listed {
	s := e.Manifest.Snapshot
	return Listed{e.ID, e.PortalID, e.Path, e.Complete(), s.Objects, s.Associations, e.Bytes(), s.StartedAt, s.FinishedAt, orNull(e.Gap()), e.Readable()}
}

// verdict says in a few words how complete the snapshot is.
func (l Listed) verdict() string {
	verdict := map[bool]string{true: "complete", false: "INCOMPLETE"}[l.readable]
	switch {
	case l.Reason == nil:
		return verdict
	case l.readable:
		return verdict + " but for " + *l.Reason
	}
	return verdict + " " + *l.Reason
}

// Listing is a list of snapshots.
type Listing struct {
	Snapshots []Listed `json:"snapshots"`
}

// List lists the snapshots of a portal, oldest first. Without any it is
// lake.ErrNoSnapshot.
func List(portal *lake.Portal) (*Listing, error) {
	if _, err := portal.Newest(); err != nil {
		return nil, err
	}
	entries, err := portal.All()
	l := &Listing{make([]Listed, len(entries))}
	for i, e := range entries {
		l.Snapshots[i] = listed(e)
	}
	return l, err
}

// WriteText writes a line for each snapshot.
func (l *Listing) WriteText(w io.Writer) error {
	for _, s := range l.Snapshots {
		fmt.Fprintf(w, "%-18s started %s  %d records, %d associations, %s, %s\n", s.SnapshotID, s.StartedAt.Format(time.RFC3339), s.Objects, s.Associations, terminal.Size(s.Bytes), s.verdict())
	}
	return nil
}

// Verified is what was found of snapshots, audits and DuckDB files that were read again.
type Verified struct {
	Checked []lake.Checked `json:"checked"`
	Damaged int            `json:"damaged"` // files
}

// Verify reads the snapshots and audits of some ids again, or all and the DuckDB files.
func Verify(ctx context.Context, files *duckdb.Files, ids ...string) (*Verified, error) {
	checked, err := files.Check(ctx, ids...)
	v := &Verified{Checked: append([]lake.Checked{}, checked...)}
	for _, c := range checked {
		v.Damaged += len(c.Damage)
	}
	return v, err
}

// WriteText writes a line for each that was read, or for each of its damaged files.
func (v *Verified) WriteText(w io.Writer) error {
	for _, c := range v.Checked {
		switch {
		case c.Held != nil:
			fmt.Fprintf(w, "held     %s %s: %s\n", c.Kind, c.ID, *c.Held)
		case len(c.Damage) == 0:
			fmt.Fprintf(w, "ok       %s %s: %d files, %s\n", c.Kind, c.ID, c.Files, terminal.Size(c.Bytes))
		}
		for _, d := range c.Damage {
			fmt.Fprintf(w, "DAMAGED  %s %s: %s: %s\n", c.Kind, c.ID, d.Path, d.Problem)
		}
	}
	return nil
}

// Forgotten is what a policy keeps, and what was removed, or would be.
type Forgotten struct {
	DryRun bool     `json:"dry_run"`
	Keep   []Kept   `json:"keep"`
	Remove []Listed `json:"remove"`
}

// Kept is a snapshot that stays, and why.
type Kept struct {
	Listed
	Reasons []string `json:"reasons"`
}

// Forget removes what a policy does not keep, oldest first, unless it is a dry run.
func Forget(ctx context.Context, files *duckdb.Files, policy lake.Policy, dryRun bool) (*Forgotten, error) {
	judged, err := files.Judge(policy)
	if err != nil {
		return nil, err
	}
	f := &Forgotten{dryRun, []Kept{}, []Listed{}}
	for _, j := range judged {
		if len(j.Reasons) > 0 {
			f.Keep = append(f.Keep, Kept{listed(j.Entry), j.Reasons})
			continue
		}
		f.Remove = append(f.Remove, listed(j.Entry))
		if dryRun {
			continue
		}
		if err := files.Forget(ctx, j.Entry); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// WriteText writes a line for each snapshot, and the sums.
func (f *Forgotten) WriteText(w io.Writer) error {
	for _, k := range f.Keep {
		fmt.Fprintf(w, "keep    %s: %s\n", k.SnapshotID, strings.Join(k.Reasons, ", "))
	}
	for _, r := range f.Remove {
		fmt.Fprintf(w, "remove  %s\n", r.SnapshotID)
	}
	fmt.Fprintln(w, f.Summary())
	return nil
}

// Summary is how many snapshots stay, how many go, and how much room that gives.
func (f *Forgotten) Summary() string {
	freed := int64(0)
	for _, r := range f.Remove {
		freed += r.Bytes
	}
	done := map[bool]string{true: "would be removed", false: "removed"}[f.DryRun]
	return fmt.Sprintf("%d kept, %d %s (%s)", len(f.Keep), len(f.Remove), done, terminal.Size(freed))
}
