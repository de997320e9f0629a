package crawl

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"hubgraph/graphmodel"
)

// cell is a part of the portal that is read: the records of one object type, or the
// associations from one object type to another, by their names. To is empty for
// records.
type cell struct{ from, to string }

func (c cell) kind() string {
	if c.to == "" {
		return "objects"
	}
	return "associations"
}

// ledger keeps what became of each input of each cell. It alone decides whether a
// cell was read completely. It may be used by many goroutines.
type ledger struct {
	mu    sync.Mutex
	cells map[cell]*account
}

// account is that of one cell.
type account struct {
	coverage graphmodel.Coverage
	broken   string           // why the cell as a whole was not read, or not to its end
	rowsLost bool             // rows came that named no record
	lost     map[int64]string // the records that were not read, and why
	unread   map[int64]bool   // of them, those that were never answered; the others failed
}

func newLedger() *ledger { return &ledger{cells: map[cell]*account{}} }

// of finds the account of a cell, and opens it where there is none.
func (l *ledger) of(c cell) *account {
	a := l.cells[c]
	if a == nil {
		now := time.Now().UTC()
		a = &account{coverage: graphmodel.Coverage{Kind: c.kind(), From: c.from, To: c.to, StartedAt: now, FinishedAt: now}, lost: map[int64]string{}, unread: map[int64]bool{}}
		l.cells[c] = a
	}
	return a
}

// look has something read in the account of a cell, if there is one.
func (l *ledger) look(c cell, read func(*account)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a := l.cells[c]; a != nil {
		read(a)
	}
}

// note has a change made in the account of a cell.
func (l *ledger) note(c cell, change func(*account)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.of(c)
	change(a)
	a.coverage.FinishedAt = time.Now().UTC()
}

// ask notes that so many inputs are asked for.
func (l *ledger) ask(c cell, n int) {
	l.note(c, func(a *account) { a.coverage.Requested += int64(n) })
}

// answer notes that inputs were answered in full, and that others have nothing.
func (l *ledger) answer(c cell, received, empty int) {
	l.note(c, func(a *account) {
		a.coverage.Received += int64(received)
		a.coverage.Empty += int64(empty)
	})
}

// lose notes that an input that was asked for was not answered, or with an error.
func (l *ledger) lose(c cell, id int64, reason string, unread bool) {
	l.note(c, func(a *account) { a.lose(id, reason, unread) })
}

func (a *account) lose(id int64, reason string, unread bool) {
	if _, already := a.lost[id]; already {
		a.coverage.Requested-- // it is counted once
		return
	}
	a.lost[id], a.unread[id] = reason, unread
}

// doubt notes that an input is not known after all, which was answered before, or was
// not asked for until now.
func (l *ledger) doubt(c cell, id int64, reason string, unread bool) {
	l.note(c, func(a *account) {
		a.coverage.Requested++
		a.lose(id, reason, unread)
	})
}

// reopen notes that an input that was lost is asked for again, and reports whether
// it was.
func (l *ledger) reopen(c cell, id int64) (was bool) {
	l.note(c, func(a *account) {
		_, was = a.lost[id]
		delete(a.lost, id)
		delete(a.unread, id)
	})
	return was
}

// breakOff notes that a cell was not read as a whole, or not to its end.
func (l *ledger) breakOff(c cell, reason string) {
	l.note(c, func(a *account) { a.broken = cmp.Or(a.broken, reason) })
}

// loseRows notes that rows came that name no record.
func (l *ledger) loseRows(c cell, n int) {
	l.note(c, func(a *account) {
		a.rowsLost = true
		a.broken = cmp.Or(a.broken, fmt.Sprintf("%d rows of its list do not say which record they are", n))
	})
}

// lacks reports whether rows came that name no record.
func (l *ledger) lacks(c cell) (lacks bool) {
	l.look(c, func(a *account) { lacks = a.rowsLost })
	return lacks
}

// refuse notes that inputs that were asked for are refused like all others of the
// cell: they are not named one by one.
func (l *ledger) refuse(c cell, n int, reason string) {
	l.note(c, func(a *account) {
		a.broken = cmp.Or(a.broken, reason)
		a.coverage.Failed += int64(n)
	})
}

// mend notes that what a cell lacked as a whole was found in another way.
func (l *ledger) mend(c cell) {
	l.note(c, func(a *account) { a.broken = "" })
}

// expect notes how many records there are by another source; n is nil where none
// says so, for a reason.
func (l *ledger) expect(c cell, n *int64, reason string) {
	l.note(c, func(a *account) {
		if a.coverage.Expected = n; n == nil {
			a.coverage.Verdict, a.coverage.Reason = graphmodel.VerdictUnverifiable, reason
		}
	})
}

// unreadable notes values that are kept as text alone.
func (l *ledger) unreadable(c cell, n int) {
	l.note(c, func(a *account) { a.coverage.Unreadable += int64(n) })
}

// requested is how many inputs were asked for.
func (l *ledger) requested(c cell) (n int64) {
	l.look(c, func(a *account) { n = a.coverage.Requested })
	return n
}

// broken returns why a cell was not read as a whole; "" where it was, but for
// records that are named.
func (l *ledger) broken(c cell) string {
	why := "it was not asked for"
	l.look(c, func(a *account) { why = a.broken })
	return why
}

// read reports whether the answer for an input is known: its cell was read, and it
// was not lost.
func (l *ledger) read(c cell, id int64) (known bool) {
	l.look(c, func(a *account) {
		_, lost := a.lost[id]
		known = a.broken == "" && !lost
	})
	return known
}

// lost lists the inputs of each cell that were not answered.
func (l *ledger) lost() map[cell][]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	lost := map[cell][]int64{}
	for c, a := range l.cells {
		if len(a.lost) > 0 {
			lost[c] = slices.Sorted(maps.Keys(a.lost))
		}
	}
	return lost
}

// close says of each cell how completely it was read, and names what was not.
func (l *ledger) close() (cells []graphmodel.Coverage, gaps []graphmodel.Gap) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c, a := range l.cells {
		cells = append(cells, a.close(c, &gaps))
	}
	return cells, gaps
}

// close names what was not read of the cell, as a whole first, and then by record.
func (a *account) close(c cell, gaps *[]graphmodel.Gap) graphmodel.Coverage {
	of := a.coverage
	ids := slices.Sorted(maps.Keys(a.lost))
	of.Unread = int64(len(slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return !a.unread[id] })))
	of.Failed += int64(len(ids)) - of.Unread
	if answered := of.Received + of.Empty + of.Failed + of.Unread; answered != of.Requested {
		a.broken = fmt.Sprintf("%d inputs were asked for and %d are accounted for, which is a fault of hubgraph: please report it", of.Requested, answered)
	}
	if a.broken != "" {
		*gaps = append(*gaps, graphmodel.Gap{Kind: c.kind(), From: c.from, To: c.to, Reason: a.broken})
	}
	for _, id := range ids {
		*gaps = append(*gaps, graphmodel.Gap{Kind: c.kind(), From: c.from, To: c.to, ID: &id, Reason: a.lost[id]})
	}
	if of.Complete = a.broken == "" && len(ids) == 0; !of.Complete {
		of.Verdict, of.Reason = "", a.broken
		if of.Reason == "" {
			of.Reason = fmt.Sprintf("%s %d: %s", c.from, ids[0], a.lost[ids[0]])
		}
	}
	return of
}

// sortGaps puts gaps into the order of their cells, and leaves those of one cell as
// they are.
func sortGaps(gaps []graphmodel.Gap) {
	slices.SortStableFunc(gaps, func(a, b graphmodel.Gap) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
}
