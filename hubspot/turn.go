package hubspot

import (
	"context"
	"slices"
	"time"
)

// wait returns when a request may leave, or the context has ended. What left has
// to land.
func (p *pace) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case p.head <- struct{}{}:
		defer func() { <-p.head }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		d := p.leave(time.Now())
		if d <= 0 {
			return nil
		}
		timer := time.NewTimer(d)
		select {
		case <-timer.C:
		case <-p.news:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		timer.Stop()
	}
}

// leave lets a request go, or says how long it has to wait at least, if no answer
// comes before.
func (p *pace) leave(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(now)
	rolls := p.interval // until the interval has more room
	if len(p.landed) > 0 {
		rolls = p.landed[0].answered.Add(p.interval).Sub(now)
	}
	mine, old := p.flying+len(p.landed), p.asOf.Add(p.interval/4)
	switch {
	case now.Before(p.until):
		return p.until.Sub(now)
	case !p.heard && p.flying >= firstCalls || mine >= p.crowd():
		return rolls
	case len(p.sent) >= p.bound():
		return p.sent[0].Add(p.window()).Sub(now)
	case (p.factor < 1 || p.auto && mine >= p.whole()/4) && now.Before(p.due): // see distance
		return p.due.Sub(now)
	case !p.known || p.room > p.spare(now, mine):
	case p.flying > 0:
		return rolls
	case now.Before(old): // then one asks what remains
		return min(rolls, old.Sub(now))
	}
	p.flying++
	p.sent = append(p.sent, now)
	p.room--
	p.due = now.Add(p.distance())
	return 0
}

// distance is the time between two requests that keep it: all of them after a 429, and
// those behind the first quarter of an interval's where a client takes what nobody else
// uses. Had it sent all at once, it could give way to nobody before the interval has
// passed. It makes up for what it has missed.
func (p *pace) distance() time.Duration {
	d := time.Duration(float64(time.Second) / p.rate())
	if p.factor == 1 {
		return d * 9 / 10
	}
	return d
}

// spare is how much of what remains is left to others, by a client with so many
// requests in the interval.
func (p *pace) spare(now time.Time, mine int) int {
	free := p.most - p.whole()
	switch {
	case mine < p.whole()/4:
		free /= 4
	case !p.auto:
		free /= 2
	}
	return free + p.others.expected(now, p.interval)
}

// forget drops what is in the interval no more.
func (p *pace) forget(now time.Time) {
	for len(p.sent) > 0 && now.Sub(p.sent[0]) >= p.window() {
		p.sent = p.sent[1:]
	}
	for len(p.landed) > 0 && now.Sub(p.landed[0].answered) >= p.interval {
		if !p.landed[0].sent.Add(p.interval).Before(p.asOf) { // it was among what did not remain
			p.room++
		}
		p.landed = p.landed[1:]
	}
	switch age := now.Sub(p.asOf); {
	case !p.known:
	case age >= p.interval:
		p.known, p.heard = false, false // it may have become anything
	case age >= p.interval/4 && p.flying == 0:
		p.heard = false // others may have sent meanwhile
	}
}

// land notes that a request is under way no more, that it left at a time, and whether it
// reads associations.
// HubSpot counts those that it does not refuse.
func (p *pace) land(sent time.Time, counts, read bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flying--
	if counts {
		p.landed = append(p.landed, landing{sent, time.Now(), read})
	} else if at, _ := slices.BinarySearchFunc(p.sent, sent, time.Time.Compare); at > 0 {
		p.sent = slices.Delete(p.sent, at-1, at)
	}
	p.wake()
}

// wake has the one that is next look anew.
func (p *pace) wake() {
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// again waits for another turn of a request that was answered, and that lands once.
func (p *pace) again(ctx context.Context) error {
	p.land(time.Now(), true, false)
	err := p.wait(ctx)
	if err != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.flying++
	}
	return err
}
