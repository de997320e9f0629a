package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"hubgraph/internal/terminal"
	"hubgraph/queries"
)

const (
	// mostTold is how many new findings a message names.
	mostTold = 20
	// mostSent is how many a message holds for a program.
	mostSent = 100
)

// Result gives the counts of a check, or why there are none, in a line.
func Result(c Check) string {
	if c.SkipReason != nil {
		return *c.SkipReason
	}
	text := ""
	if c.Violations != nil {
		text = tally(c)
	}
	if len(c.CellsLeftOut) > 0 {
		text += "; not judged: " + shorten(c.CellsLeftOut)
	}
	return text
}

// newsText is what is new in an audit, for people.
func newsText(r *queries.Report, o Options) string {
	news := r.News()
	var failed []string
	for _, c := range r.Results {
		if c.Status == queries.Fail || c.Status == queries.Error {
			failed = append(failed, c.CheckID)
		}
	}
	lines := []string{fmt.Sprintf("HubSpot portal %d, snapshot %s: %s, %s", r.Snapshot.PortalID, r.Snapshot.SnapshotID,
		terminal.Count(int64(len(news)), "new finding"), terminal.Count(int64(len(failed)), "failed check"))}
	if len(failed) > 0 {
		lines = append(lines, "failed: "+strings.Join(failed, ", "))
	}
	slices.SortStableFunc(news, compare)
	for _, f := range news[:min(len(news), mostTold)] {
		lines = append(lines, "• "+f.CheckID+"  "+line(f))
	}
	if more := len(news) - mostTold; more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", more))
	}
	lines = append(lines, o.Command("findings --state new"))
	for i := range lines {
		lines[i] = terminal.Printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

// WriteSlack writes what is new in an audit as a message to an incoming webhook of Slack
// (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). No foreign
// text is a link or calls anybody.
func WriteSlack(w io.Writer, r *queries.Report, o Options) error {
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(newsText(r, o))
	return json.NewEncoder(w).Encode(struct {
		Text string `json:"text"`
	}{text})
}

// WriteNews writes what is new in an audit for a program, with the text for people.
func WriteNews(w io.Writer, r *queries.Report, o Options) error {
	news := r.News()
	slices.SortStableFunc(news, compare)
	message := struct {
		Text       string    `json:"text"`
		PortalID   int64     `json:"portal_id"`
		SnapshotID string    `json:"snapshot_id"`
		AuditID    string    `json:"audit_id"`
		Outcome    string    `json:"outcome"` // green, lacking, failed or broken
		Failed     []string  `json:"failed"`  // checks
		New        int       `json:"new"`
		Findings   []finding `json:"findings"` // the new ones, but no more than a hundred
	}{newsText(r, o), r.Snapshot.PortalID, r.Snapshot.SnapshotID, r.AuditID, r.Outcome().String(), []string{}, len(news), []finding{}}
	for _, c := range r.Results {
		if c.Status == queries.Fail || c.Status == queries.Error {
			message.Failed = append(message.Failed, c.CheckID)
		}
	}
	for _, f := range news[:min(len(news), mostSent)] {
		message.Findings = append(message.Findings, newFinding(f))
	}
	return encode(w, message)
}
