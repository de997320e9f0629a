package web

import (
	"fmt"
	"strings"

	"hubgraph/queries"
)

// verdict is the night in one line, and its tone: good, care or bad.
func (p *page) verdict(outcome queries.Outcome, counts map[queries.Status]int) (line, tone string) {
	failed, broke, skipped := int64(counts[queries.Fail]), int64(counts[queries.Error]), p.lacking
	news := "nothing new was found"
	if p.New > 0 {
		news = things(p.New, "new finding")
		if money := rounded(p.newMoney); money != "" {
			news += " about " + money
		}
	}
	switch {
	case outcome == queries.Breached:
		return fmt.Sprintf("%s broke; %s", things(broke, "check"), news), "bad"
	case outcome == queries.Misset:
		return fmt.Sprintf("A policy names what the portal does not have; %s", news), "bad"
	case outcome == queries.Failed:
		return fmt.Sprintf("%s failed; %s", things(failed, "check"), news), "bad"
	case outcome == queries.Lacking:
		return fmt.Sprintf("No check failed, but %s could not be judged in full; %s", things(skipped, "check"), news), "care"
	case p.New > 0:
		return fmt.Sprintf("No check failed; %s", news), "care"
	}
	return "No check failed, and " + news, "good"
}

// standing is what stands under the verdict.
func (p *page) standing() string {
	text := "No finding is open."
	if p.Open > 0 {
		text = things(p.Open, "finding") + map[bool]string{true: " is", false: " are"}[p.Open == 1] + " open"
		if money := rounded(p.money); money != "" {
			text += ", about " + money
		}
		if p.Waived > 0 {
			text += fmt.Sprintf(", %s of them waived", whole(p.Waived))
		}
		text += "."
	}
	if p.Resolved > 0 {
		text += fmt.Sprintf(" %s resolved since the night before.", things(p.Resolved, "finding")+map[bool]string{true: " was", false: " were"}[p.Resolved == 1])
	}
	return text
}

// read says what was read, and how completely.
func (p *page) read(b *queries.Report) string {
	s := b.Snapshot
	text := fmt.Sprintf("%s and %s were read", things(s.Objects, "record"), things(s.Associations, "association"))
	switch {
	case s.Complete:
		return text + ", completely."
	case !b.Readable:
		return text + ", INCOMPLETELY: see the coverage."
	case b.Unread == 0:
		return text + ", completely but for the owners."
	}
	return text + fmt.Sprintf(", completely but for %s, whose findings stay as they were.", things(b.Unread, "record"))
}

// compared says what the night was compared with.
func compared(b *queries.Report) string {
	if b.Baseline == nil {
		return "Compared with nothing: " + shown(strings.TrimPrefix(b.NoBaseline, "no baseline: ")) + "."
	}
	return fmt.Sprintf("Compared with the night of %s: %s, %s.", minute(b.Baseline.StartedAt), things(b.Baseline.Objects, "record"), things(b.Baseline.Associations, "association"))
}
