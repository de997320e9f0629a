package hubspot

import (
	"context"
	"time"
)

// HubSpot's usage guidelines count every request but searches against the burst limit. One
// version of its specification exempts batch reads of associations. So a client counts
// them, until answers show that the portal does not: what remains of the interval says how
// many requests it has counted, those of other apps included. Where that is hardly more than
// the client has sent of others than such reads for certain, these are not counted. A refusal
// of one of them ends that for good. So does an answer that has not counted the others either:
// the portal counts in other intervals, or late, and then lacks reads that it will count.
type exemption struct {
	shown   int       // answers in a row that show it
	refused bool      // one of these reads was refused all the same, or the portal counts otherwise
	looked  time.Time // when an answer was last held against what was sent
}

// The exemption holds when so many answers in a row have shown it, each of them by so many
// reads, of which one in so many was counted at most, beside so many others.
const (
	exemptAnswers = 5
	exemptReads   = 20
	exemptPart    = 4
	exemptOthers  = 5
)

// lookEvery is the part of an interval in which one answer is looked at: those that come with it
// show the same, and to count what was sent for each of them would take longer than to read it.
const lookEvery = 1000

// due reports whether an answer is to be held against what was sent.
func (e *exemption) due(now time.Time, interval time.Duration) bool {
	if now.Sub(e.looked) < interval/lookEvery {
		return false
	}
	e.looked = now
	return true
}

// notice holds what the portal has counted against what was sent for certain: reads of
// associations, and others.
func (e *exemption) notice(counted, reads, others int) {
	switch {
	case e.holds(): // reads are sent uncounted now
	case counted < others:
		e.refused = true
	case reads < exemptReads || others < exemptOthers:
	case counted-others <= reads/exemptPart:
		e.shown++
	default:
		e.shown = 0
	}
}

func (e *exemption) holds() bool { return e.shown >= exemptAnswers && !e.refused }

// exempt reports whether reads of associations need no turn.
func (p *pace) exempt() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reads.holds()
}

// refuseReads notes that a read of associations was refused.
func (p *pace) refuseReads() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads.refused = true
}

// certain counts the requests that the portal had counted, if it counts them, when it
// answered one that left at a time: they were answered before, and no interval ago.
func (p *pace) certain(sent, now time.Time) (reads, others int) {
	for _, l := range p.landed {
		switch {
		case l.answered.After(sent) || now.Sub(l.sent) >= p.interval:
		case l.read:
			reads++
		default:
			others++
		}
	}
	return reads, others
}

// rested waits while nothing may leave.
func (p *pace) rested(ctx context.Context) error {
	for {
		rest := time.NewTimer(p.rest())
		select {
		case <-rest.C:
		case <-ctx.Done():
			rest.Stop()
			return ctx.Err()
		}
		if p.rest() <= 0 {
			return nil
		}
	}
}
