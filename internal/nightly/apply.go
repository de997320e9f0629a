package nightly

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/internal/progress"
	"hubgraph/internal/sentence"
	"hubgraph/repair"
)

// Why a plan is not applied, beside those of package repair.
var (
	// ErrApplied: it was applied before.
	ErrApplied = errors.New("the plan was applied already")
	// ErrNoSandbox: the portal is none, and only one may be written to.
	ErrNoSandbox = errors.New("the portal is no sandbox")
)

// Applying is a plan to apply.
type Applying struct {
	Plan    *repair.Plan
	Options repair.ApplyOptions
	Dir     string // the data folder, which must hold the plan's snapshot
	// Execute writes; else the operations are looked at again.
	Execute bool
	Resume  bool // go on with the run of this plan, if there was one
	Sandbox bool // write to a sandbox only
	// Approved says whether this very plan is meant, as far as that can be known before
	// anything is asked of anybody. It may be nil.
	Approved func() error
	// Confirm asks a person the same. It may be nil.
	Confirm func() error
	// Connect makes the client, once everything else is in order.
	Connect func() (*hubspot.Client, error)
	// Lock opens the data folder for the journal.
	Lock func() (data *lake.Data, unlock func(), err error)
	Show progress.Display
}

// Apply checks a plan against the approval, the caps, the data folder and its portal, in
// this order, then applies it with a journal in the data folder.
func Apply(ctx context.Context, a Applying) (*repair.Run, error) {
	p := a.Plan
	if a.Execute && a.Approved != nil {
		if err := a.Approved(); err != nil {
			return nil, err
		}
	}
	if err := p.CheckAge(time.Now()); err != nil {
		return nil, err
	}
	if err := p.Caps(a.Options); err != nil {
		return nil, err
	}
	if err := holds(a.Dir, p); err != nil {
		return nil, err
	}
	client, err := a.Connect()
	if err != nil {
		return nil, err
	}
	account, err := client.Account(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the account: %w", err)
	}
	if err := p.Check(account.PortalID, time.Now()); err != nil {
		return nil, err
	}
	if a.Sandbox && !isSandbox(account.Type) {
		return nil, noSandbox(account)
	}
	if !a.Execute {
		return repair.Apply(ctx, client, p, nil, a.Options)
	}
	if a.Confirm != nil {
		if err := a.Confirm(); err != nil {
			return nil, err
		}
		if err := p.CheckAge(time.Now()); err != nil { // a person may let it wait for a night
			return nil, err
		}
	}
	return a.execute(ctx, client)
}

// isSandbox reports whether an account is made to be tried on.
func isSandbox(typ string) bool { return typ == "SANDBOX" || typ == "DEVELOPER_TEST" }

// holds makes sure that a data folder is the one that a plan was made from: its journals
// are looked for there, and its snapshot.
func holds(dir string, p *repair.Plan) error {
	if p.SnapshotID == "" { // it was made of the portal itself
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		_, err := portalIn(dir, p.PortalID)
		return err
	}
	data, err := lake.Find(dir)
	if err != nil {
		return err
	}
	portal, err := data.Portal(p.PortalID)
	if errors.Is(err, lake.ErrOtherPortal) {
		return sentence.New(repair.ErrOtherPortal, "%s holds another portal than the plan's, which is %d: name the data folder that the plan was made from with --data", dir, p.PortalID)
	}
	if err != nil {
		return err
	}
	if _, err := portal.Find(p.SnapshotID); err != nil {
		return sentence.New(lake.ErrNoSnapshot, "%s does not hold the plan's snapshot %s: name the data folder that the plan was made from with --data, or plan again", dir, p.SnapshotID)
	}
	return nil
}

// portalIn opens a data folder, which is made where there is none, for the journals of a portal.
func portalIn(dir string, portal int64) (*lake.Portal, error) {
	data, err := lake.Open(dir)
	if err != nil {
		return nil, err
	}
	return data.Portal(portal)
}

// execute applies the plan under the lock of the data folder.
func (a Applying) execute(ctx context.Context, client *hubspot.Client) (*repair.Run, error) {
	data, unlock, err := a.Lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	journal, err := a.journal(journalsOf(data.Dir(), a.Plan.PortalID))
	if err != nil {
		return nil, err
	}
	a.Show.Say("journal: %s", journal.Name())
	run, err := repair.Apply(ctx, client, a.Plan, journal, a.Options)
	if closing := journal.Close(); err == nil {
		err = closing
	}
	return run, err
}

// journalsOf is the folder of a portal's journals.
func journalsOf(dir string, portal int64) string {
	return filepath.Join(repairsOf(dir), fmt.Sprintf("portal=%d", portal))
}

func repairsOf(dir string) string { return filepath.Join(dir, "repairs") }

// journal starts a journal, or goes on with the one of an earlier run of the plan.
func (a Applying) journal(folder string) (*repair.Journal, error) {
	earlier, err := repair.FindPlan(folder, a.Plan.Digest)
	switch {
	case err != nil:
		return nil, err
	case earlier == nil:
		return repair.CreateJournal(folder, time.Now().UTC().Format(lake.IDLayout))
	case earlier.UndoneBy() != "":
		return nil, sentence.New(ErrApplied, "the run %s applied this plan, and the run %s took it back: plan again", earlier.Run.RunID, earlier.UndoneBy())
	case a.Resume:
		return repair.Resume(earlier)
	case earlier.FinishedAt == nil:
		return nil, sentence.New(ErrApplied, "the run %s applied a part of this plan and stopped early: go on with it with --resume", earlier.Run.RunID)
	}
	return nil, sentence.New(ErrApplied, "the plan was applied already by the run %s, which ended at %s: `hubgraph repair status` shows it; to send again what failed, use --resume, else plan again", earlier.Run.RunID, earlier.FinishedAt.Format(time.RFC3339))
}

// Undo plans to take back what a run added. It asks the portal what is still there, and
// writes nothing.
func Undo(ctx context.Context, dir, run string, connect func() (*hubspot.Client, error)) (*repair.Plan, error) {
	if _, err := lake.Find(dir); err != nil {
		return nil, err
	}
	history, err := repair.FindRun(repairsOf(dir), run)
	if err != nil {
		return nil, err
	}
	client, err := connect()
	if err != nil {
		return nil, err
	}
	account, err := client.Account(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the account: %w", err)
	}
	if account.PortalID != history.Run.PortalID {
		return nil, sentence.New(repair.ErrOtherPortal, "the run %s wrote to portal %d and the token belongs to portal %d: use that portal's token", run, history.Run.PortalID, account.PortalID)
	}
	return repair.Undo(ctx, client, history, time.Now())
}

// RepairStatus lists the runs that applied plans.
func RepairStatus(dir string) ([]repair.RunStatus, error) {
	if _, err := lake.Find(dir); err != nil {
		return nil, err
	}
	return repair.Status(repairsOf(dir))
}
