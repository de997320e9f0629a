package nightly

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/internal/progress"
	"hubgraph/internal/sentence"
	"hubgraph/repair"
)

// Direct is work on a portal without a snapshot.
type Direct struct {
	Dir     string // the data folder, for the journals; it is made where there is none
	Memory  duckdb.Memory
	Forms   repair.Forms
	Sandbox bool // write to a sandbox only
	Connect func() (*hubspot.Client, error)
	// Lock opens the data folder for the journal.
	Lock func() (data *lake.Data, unlock func(), err error)
	Show progress.Display
}

// open makes the client, and what plans with it.
func (d Direct) open(ctx context.Context) (*hubspot.Client, hubspot.Account, *repair.Direct, error) {
	client, err := d.Connect()
	if err != nil {
		return nil, hubspot.Account{}, nil, err
	}
	account, err := client.Account(ctx)
	if err != nil {
		return nil, account, nil, fmt.Errorf("read the account: %w", err)
	}
	return client, account, repair.NewDirect(client, account.PortalID, d.Forms), nil
}

// Writing is a pair, or a file of pairs, to associate or to take apart.
type Writing struct {
	Direct
	Asked   repair.Asked
	Options repair.ApplyOptions
	Lift    bool // the number of operations is the only cap
	DryRun  bool
	// Confirm asks a person, who was shown what the first lines do. nil: it is approved.
	Confirm func(portal int64, c *repair.Count, some []*repair.LineResult) error
	// Begin is called with the run before the first line, and Each with each line, in their
	// order. The run is empty where nothing is to be written.
	Begin func(run string) error
	Each  func(*repair.LineResult) error
	// Rejected takes the lines that were not done, as they stand in the file, behind its
	// header; it may be nil.
	Rejected io.Writer
}

// Written is what came of it.
type Written struct {
	RunID string // empty where nothing was to be written
	Lines int
	Open  int // of them, those that are not done
	Wrong int // of these, those that no operation can be made of
}

// shown is how many lines a person is shown before they approve.
const shown = 20

// Write looks at what is asked for as a whole, has it confirmed, then does it with a journal,
// as Apply does.
func Write(ctx context.Context, w Writing) (*Written, error) {
	_, account, live, err := w.open(ctx)
	if err != nil {
		return nil, err
	}
	if w.Sandbox && !isSandbox(account.Type) {
		return nil, noSandbox(account)
	}
	if w.Asked.Name == "" {
		w.Options.NoCanary = true // there is no other that it could warn of
	}
	count, err := live.Count(ctx, w.Asked, w.Options, w.Lift)
	if err != nil {
		return nil, err
	}
	if count.Operations == 0 { // there is nothing to approve, and nothing for a journal
		return w.send(ctx, live, count, nil)
	}
	if w.Confirm != nil && !w.DryRun {
		some, err := preview(ctx, live, w, count)
		if err == nil {
			err = w.Confirm(account.PortalID, count, some)
		}
		if err != nil {
			return nil, err
		}
	}
	if w.DryRun {
		return w.send(ctx, live, count, nil)
	}
	if _, err := portalIn(w.Dir, account.PortalID); err != nil {
		return nil, err
	}
	data, unlock, err := w.Lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	journal, err := repair.CreateJournal(journalsOf(data.Dir(), account.PortalID), time.Now().UTC().Format(lake.IDLayout))
	if err != nil {
		return nil, err
	}
	written, err := w.send(ctx, live, count, journal)
	if closing := journal.Close(); err == nil {
		err = closing
	}
	return written, err
}

func noSandbox(account hubspot.Account) error {
	return sentence.New(ErrNoSandbox, "portal %d is of the type %s, and --sandbox-only is set: nothing was sent", account.PortalID, account.Type)
}

// preview looks at the first lines.
func preview(ctx context.Context, live *repair.Direct, w Writing, count *repair.Count) ([]*repair.LineResult, error) {
	a := w.Asked
	a.Most = shown
	var some []*repair.LineResult
	err := live.Send(ctx, a, count, nil, w.Options, func(t *repair.LineResult) error {
		some = append(some, t)
		return nil
	})
	return some, err
}

func (w Writing) send(ctx context.Context, live *repair.Direct, count *repair.Count, journal *repair.Journal) (*Written, error) {
	written := &Written{Wrong: count.Wrong}
	if journal != nil {
		written.RunID = journal.RunID()
	}
	if err := w.Begin(written.RunID); err != nil {
		return written, err
	}
	if w.Rejected != nil && count.Header != "" {
		if _, err := fmt.Fprintln(w.Rejected, count.Header); err != nil {
			return written, rejecting(err)
		}
	}
	each := func(report func(done, total int)) error {
		return live.Send(ctx, w.Asked, count, journal, w.Options, func(t *repair.LineResult) error {
			written.Lines++
			report(written.Lines, max(count.Operations+count.Wrong, written.Lines))
			if open := t.Open() && (t.Outcome != nil || !w.DryRun); open {
				written.Open++
				if w.Rejected != nil {
					if _, err := fmt.Fprintln(w.Rejected, t.Raw); err != nil {
						return rejecting(err)
					}
				}
			}
			return w.Each(t)
		})
	}
	if w.Asked.Name == "" {
		return written, each(func(int, int) {})
	}
	return written, w.Show.During("associations", "lines", each)
}

func rejecting(err error) error {
	return fmt.Errorf("write the lines that were not done: %w", err)
}

// Input is a file that is read more than once. Standard input, which is called -, is kept in a
// temporary file, which done removes.
func Input(name string, stdin io.Reader) (open func() (io.ReadCloser, error), done func() error, err error) {
	if name != "-" {
		return func() (io.ReadCloser, error) { return os.Open(name) }, func() error { return nil }, nil
	}
	kept, err := os.CreateTemp("", "hubgraph-input-")
	if err != nil {
		return nil, nil, fmt.Errorf("keep the standard input: %w", err)
	}
	done = func() error { return os.Remove(kept.Name()) }
	_, err = io.Copy(kept, stdin)
	if err = errors.Join(err, kept.Close()); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("keep the standard input: %w", err), done())
	}
	return func() (io.ReadCloser, error) { return os.Open(kept.Name()) }, done, nil
}

// Rejected makes the file for lines that were not done. One that is there is left alone. done
// closes it and, where the work failed before any line, removes it again.
func Rejected(name string) (to io.Writer, done func(failed error) error, err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, sentence.New(repair.ErrUsage, "--rejected %s: the file cannot be made: %v", name, sentence.Cause(err))
	}
	return f, func(failed error) error {
		info, err := f.Stat()
		if err = errors.Join(err, f.Close()); err == nil && failed != nil && info.Size() == 0 {
			err = os.Remove(name)
		}
		if err != nil {
			return rejecting(err)
		}
		return nil
	}, nil
}

// Labelling is something to be done to the labels of a pair of object types.
type Labelling struct {
	Direct
	Asked  repair.AskedLabel
	DryRun bool
	// Confirm asks a person about the plan. nil: it is approved.
	Confirm func(*repair.Plan) error
}

// Label plans what is asked for, has it confirmed, then applies it with a journal.
func Label(ctx context.Context, l Labelling) (*repair.Plan, *repair.Run, error) {
	client, _, live, err := l.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	l.Asked.Earlier = l.earlier
	var plan *repair.Plan
	if l.Asked.What == repair.DeleteLabel {
		err = l.Show.During("what carries the label", "records", func(report func(done, total int)) error {
			l.Asked.Progress = report
			plan, err = live.PlanLabel(ctx, l.Asked)
			return err
		})
	} else {
		plan, err = live.PlanLabel(ctx, l.Asked)
	}
	if err != nil {
		return nil, nil, err
	}
	run, err := Apply(ctx, Applying{Plan: plan, Options: repair.DefaultOptions(), Dir: l.Dir, Execute: !l.DryRun, Sandbox: l.Sandbox,
		Confirm: func() error {
			if l.Confirm == nil {
				return nil
			}
			return l.Confirm(plan)
		},
		Connect: func() (*hubspot.Client, error) { return client, nil }, Lock: l.Lock, Show: l.Show})
	return plan, run, err
}

// earlier says how many associations carried a type in the newest snapshot; nothing where
// there is none.
func (l Labelling) earlier(ctx context.Context, from, to string, t repair.Type) string {
	db, err := duckdb.OpenPublished(l.Dir, l.Memory)
	if err != nil {
		return ""
	}
	defer db.Close()
	var snapshot string
	var n int64
	err = db.QueryRowContext(ctx, `
		SELECT n.snapshot_id, count(a.from_id)
		FROM snapshot n
		LEFT JOIN associations a ON a.from_type = ? AND a.to_type = ? AND a.category = ? AND a.type_id = ?
		GROUP BY ALL`, from, to, t.Category, t.TypeID).Scan(&snapshot, &n)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (%d in snapshot %s)", n, snapshot)
}

// ReadPairs reads the associations of the records of a file. rejected takes the lines that were
// not read, as they stand in the file, behind its header; it may be nil. failed takes in why.
func ReadPairs(ctx context.Context, d Direct, a repair.Asked, rejected io.Writer, row func(repair.Listed) error, failed func(line int, cause string)) error {
	_, _, live, err := d.open(ctx)
	if err != nil {
		return err
	}
	reject := func(line string) error {
		if rejected == nil {
			return nil
		}
		if _, err := fmt.Fprintln(rejected, line); err != nil {
			return rejecting(err)
		}
		return nil
	}
	return d.Show.During("associations", "lines", func(report func(done, total int)) error {
		return live.Read(ctx, a, repair.ReadTo{Header: reject, Row: row, Progress: report, Failed: func(line int, raw, cause string) error {
			failed(line, cause)
			return reject(raw)
		}})
	})
}

// Types lists the association types from one object type to another or, without these,
// between all, and what could not be read.
func Types(ctx context.Context, d Direct, from, to string) ([]repair.TypeRow, []string, error) {
	_, _, live, err := d.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	return live.Types(ctx, from, to)
}

// ListRecord lists the associations of one record with those of an object type.
func ListRecord(ctx context.Context, d Direct, record, to, typeID string, row func(repair.Listed) error) error {
	_, _, live, err := d.open(ctx)
	if err != nil {
		return err
	}
	return live.List(ctx, record, to, typeID, row)
}
