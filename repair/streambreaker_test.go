package repair

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// TestAFileThatStopsReportsEveryLine has HubSpot refuse for a reason that nobody knows: the run
// stops itself, and each line that was not done is reported.
func TestAFileThatStopsReportsEveryLine(t *testing.T) {
	for _, action := range []string{Add, Remove} {
		var portal, file strings.Builder
		portal.WriteString("portal 77\n")
		file.WriteString("from,to\n")
		for i := 1; i <= 200; i++ {
			fmt.Fprintf(&portal, "contacts %d\ncompanies %d\n", i, 1000+i)
			if action == Remove {
				fmt.Fprintf(&portal, "contacts %d -> companies %d\n", i, 1000+i)
			}
			fmt.Fprintf(&file, "contacts:%d,companies:%d\n", i, 1000+i)
		}
		d := openDesk(t, portal.String(), "2026-09", Forms{}, sim.Options{})
		r := &rig{server: sim.NewServer(d.portal, sim.Options{}), portal: d.portal, fault: func(r request) string {
			if r.write {
				return "teapot"
			}
			return ""
		}}
		client, stop := r.client(t)
		defer stop()
		d.client, d.Direct = client, NewDirect(client, 77, Forms{})
		a := inFile(action, file.String())
		o := quick()
		count, err := d.Count(t.Context(), a, o, true)
		if err != nil {
			t.Fatal(err)
		}
		journal, err := CreateJournal(filepath.Join(d.dir, "portal=77"), "20261122T030000Z")
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		err = d.Send(t.Context(), a, count, journal, o, func(l *LineResult) error {
			if l.Open() {
				open++
			}
			if text := l.Text("pairs.csv", false); l.Outcome == nil && text != fmt.Sprintf("pairs.csv:%d: not sent: %s -> %s", *l.Line, l.From, l.To) {
				t.Errorf("%s: %s", action, text)
			}
			return nil
		})
		if !errors.Is(err, ErrBreaker) || !strings.HasSuffix(err.Error(), "look into it, then send again what was not done") || open != 200 {
			t.Errorf("%s: %d lines are open, and the run ends with %v", action, open, err)
		}
		if err := journal.Close(); err != nil {
			t.Fatal(err)
		}
		runs, err := Status(d.dir)
		if err != nil {
			t.Fatal(err)
		}
		var status strings.Builder
		if err := WriteStatus(&status, runs); err != nil || !strings.Contains(status.String(), "no: send again what was not done") {
			t.Errorf("%s: %v\n%s", action, err, &status)
		}
	}
}
