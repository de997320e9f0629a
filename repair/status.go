package repair

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// RunStatus is what a journal says of a run, in numbers.
type RunStatus struct {
	RunID      string     `json:"run_id"`
	PortalID   int64      `json:"portal_id"`
	SnapshotID string     `json:"snapshot_id"`
	PlanDigest string     `json:"plan_digest"`
	StartedAt  time.Time  `json:"started_at"`
	FinishedAt *time.Time `json:"finished_at"` // null: stopped early, or under way
	Operations int        `json:"operations"`
	Applied    int        `json:"applied"`
	Satisfied  int        `json:"satisfied"`
	Stale      int        `json:"stale"`
	Blocked    int        `json:"blocked"`
	Failed     int        `json:"failed"`
	Open       int        `json:"open"` // sent, or about to be, and what came of it is not known
	Unsent     int        `json:"unsent"`
	NoFile     bool       `json:"no_file"` // it was no plan in a file: nothing can go on with it
}

// Status reads the journals in the folders of all portals, oldest first.
func Status(repairs string) ([]RunStatus, error) {
	folders, err := filepath.Glob(filepath.Join(repairs, "portal=*"))
	if err != nil {
		return nil, err
	}
	runs := []RunStatus{}
	for _, folder := range folders {
		names, err := journals(folder)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			h, err := ReadJournal(name)
			if err != nil {
				return nil, err
			}
			if h.Run.RunID != "" { // else the program ended before it said what it was about to do
				runs = append(runs, h.status())
			}
		}
	}
	slices.SortStableFunc(runs, func(a, b RunStatus) int { return a.StartedAt.Compare(b.StartedAt) })
	return runs, nil
}

func (h *History) status() RunStatus {
	s := RunStatus{RunID: h.Run.RunID, PortalID: h.Run.PortalID, SnapshotID: h.Run.SnapshotID, PlanDigest: h.Run.Digest,
		StartedAt: h.StartedAt, FinishedAt: h.FinishedAt, Operations: h.Run.Operations, Unsent: h.Run.Operations, NoFile: h.Run.NoFile}
	for _, past := range h.Operations {
		s.Unsent--
		switch {
		case past.unknown():
			s.Open++
		case past.Outcome == Applied:
			s.Applied++
		case past.Outcome == Satisfied:
			s.Satisfied++
		case past.Outcome == Stale:
			s.Stale++
		case past.Outcome == Blocked:
			s.Blocked++
		default:
			s.Failed++
		}
	}
	return s
}

// WriteStatus writes a line for each run.
func WriteStatus(w io.Writer, runs []RunStatus) error {
	if len(runs) == 0 {
		_, err := fmt.Fprintln(w, "no plan was applied yet")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "run\tportal\tplan\tfinished\toperations")
	for _, r := range runs {
		finished := "no: go on with repair apply --resume"
		if r.NoFile {
			finished = "no: send again what was not done"
		}
		if r.FinishedAt != nil {
			finished = r.FinishedAt.Format(time.RFC3339)
		}
		var parts []string
		for _, part := range []struct {
			n    int
			name string
		}{{r.Applied, "applied"}, {r.Satisfied, "satisfied"}, {r.Stale, "stale"}, {r.Blocked, "blocked"}, {r.Failed, "failed"}, {r.Open, "open"}, {r.Unsent, "not sent"}} {
			if part.n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", part.n, part.name))
			}
		}
		fmt.Fprintf(table, "%s\t%d\t%.14s…\t%s\t%s\n", r.RunID, r.PortalID, r.PlanDigest, finished, strings.Join(parts, ", "))
	}
	return table.Flush()
}
