package repair

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"hubgraph/internal/sentence"
)

// ErrCap: a plan is larger, or concerns more of the portal, than is allowed.
var ErrCap = errors.New("the plan is above a cap")

// The caps as they are where nobody says otherwise, and those that nobody can change.
const (
	DefaultOperations = 1000
	DefaultShare      = 0.01
	DefaultPerRecord  = 5

	leastShare       = 100   // links of a type that are always allowed
	mostInverseless  = 0.001 // of a portal's pairs, beyond which the crawl or a fact is at fault
	someInverseless  = 50    // pairs that are no reason for that
	canarySize       = 20    // operations that are sent first, and read back twice
	secondSize       = 100   // operations that are sent next
	batchSize        = 1000  // operations after that: what one read of their ends takes
	mostGone         = 0.2   // of a plan, that may no longer hold
	fewGone          = 5     // operations that are no reason to stop
	mostRefusedShare = 0.05  // of a batch
	fewRefused       = 1     // operations that are no reason to stop
	mostFailedInRow  = 3     // batches
)

// ApplyOptions say how much a run may do. The zero value of a cap allows nothing.
type ApplyOptions struct {
	Operations int      // most of them in a plan
	Share      float64  // most of the links of a type that a plan adds or removes
	PerRecord  int      // most new links of a record, of what is inferred or given
	NoCanary   bool     // do not send a few first
	Force      []string // classes that are applied though too much of the portal looks broken
	Forms      Forms    // the calls that are sent
	// Pause is the time between the two readings of the canary.
	Pause time.Duration
}

// DefaultOptions are the caps as they are where nobody says otherwise.
func DefaultOptions() ApplyOptions {
	return ApplyOptions{Operations: DefaultOperations, Share: DefaultShare, PerRecord: DefaultPerRecord, Pause: time.Second}
}

// Caps says which cap a plan is above, if any, and which flag lifts it.
func (p *Plan) Caps(o ApplyOptions) error {
	if len(p.Operations) > o.Operations {
		return sentence.New(ErrCap, "the plan has %d operations and the cap is %d: look at what it would do with `hubgraph repair show`, then raise --max-operations, or plan a part with --limit; nothing was sent", len(p.Operations), o.Operations)
	}
	for _, err := range []error{p.shareCap(o.Share), p.recordCap(o.PerRecord), p.brokenCap(o.Force)} {
		if err != nil {
			return err
		}
	}
	return nil
}

// shareCap holds the operations on each type against the links that have it.
func (p *Plan) shareCap(share float64) error {
	links := map[directed]int64{}
	for _, d := range p.Definitions {
		links[directed{d.FromType, d.ToType, Type{d.Category, d.TypeID}}] = d.Links
	}
	touched := map[directed]int64{}
	for _, op := range p.Operations {
		for _, t := range op.Types {
			key := directed{op.FromType, op.ToType, t}
			touched[key]++
			if most := max(leastShare, int64(share*float64(links[key]))); touched[key] > most {
				return sentence.New(ErrCap, "the plan touches more than %d links from %s to %s of the type %s, of which the snapshot has %d: raise --max-share, which is %g%%, or plan a part with --limit; nothing was sent", most, op.FromType, op.ToType, t, links[key], share*100)
			}
		}
	}
	return nil
}

// recordCap counts the new links of each record.
func (p *Plan) recordCap(most int) error {
	linked := map[list]map[int64]bool{}
	for _, op := range p.Operations {
		if op.Action != Add || op.Class != Inferred && op.Class != Given || len(op.Before.Forward)+len(op.Before.Inverse) > 0 {
			continue
		}
		for _, e := range []ends{op.ends(), op.ends().reversed()} {
			if linked[e.list()] == nil {
				linked[e.list()] = map[int64]bool{}
			}
			if linked[e.list()][e.to.ID] = true; len(linked[e.list()]) > most {
				return sentence.New(ErrCap, "the plan gives %s more than %d new %s by what is inferred or given: raise --max-per-record, or leave some out with --except; nothing was sent", e.from, most, e.to.Type)
			}
		}
	}
	return nil
}

// brokenCap refuses determined operations where too much of the portal looks broken:
// then it is the crawl that is, or a fact.
func (p *Plan) brokenCap(force []string) error {
	if slices.Contains(force, Determined) || !TooManyInverseless(p.Pairs, p.InverseLess) ||
		!slices.ContainsFunc(p.Operations, func(op Operation) bool { return op.Class == Determined }) {
		return nil
	}
	return Inverseless(p.Pairs, p.InverseLess)
}

// TooManyInverseless reports whether more pairs of a portal lack their inverse than can
// be believed.
func TooManyInverseless(pairs, without int64) bool {
	return without > someInverseless && float64(without) > mostInverseless*float64(pairs)
}

// Inverseless says that it is so.
func Inverseless(pairs, without int64) error {
	return sentence.New(ErrCap, "%d of the snapshot's %d pairs lack their inverse, which is more than 0.1%%: rather the crawl or what is known of the types is at fault; look into it, and lift this with --force-class %s; nothing was sent", without, pairs, Determined)
}

// ErrBreaker: a run stopped itself.
var ErrBreaker = errors.New("the run stopped itself")

func tripped(format string, args ...any) error {
	return sentence.New(ErrBreaker, "the run stopped itself: %s; look into it, then go on with --resume", fmt.Sprintf(format, args...))
}
