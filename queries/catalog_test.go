package queries

import "testing"

func TestChecksRun(t *testing.T) {
	db := newNights(t, "", "")
	for _, c := range All() {
		if r := auditOne(t, db, c.ID); r.Results[0].Status == Error {
			t.Errorf("%s: %s", c.ID, *r.Results[0].SkipReason)
		}
	}
}
