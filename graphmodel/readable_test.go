package graphmodel

import "testing"

func TestReadBut(t *testing.T) {
	gap := func(id int64) Gap { return Gap{Kind: "associations", From: "deals", To: "contacts", ID: &id} }
	whole := Gap{Kind: "associations", From: "deals", To: "contacts"}
	other := gap(9)
	other.To = "companies"
	for name, tt := range map[string]struct {
		requested, failed, unread int64
		complete                  bool
		verdict                   Verdict
		gaps                      []Gap
		want                      bool
	}{
		"complete":                      {requested: 10, complete: true, want: true},
		"out of scope":                  {verdict: VerdictOutOfScope, want: true},
		"one of few":                    {requested: 3, failed: 1, gaps: []Gap{gap(1)}, want: true},
		"two of few":                    {requested: 1500, failed: 1, unread: 1, gaps: []Gap{gap(1), gap(2)}},
		"two of 1,999":                  {requested: 1999, failed: 2, gaps: []Gap{gap(1), gap(2)}},
		"two of 2,000":                  {requested: 2000, failed: 1, unread: 1, gaps: []Gap{gap(1), gap(2)}, want: true},
		"one that is named elsewhere":   {requested: 10, failed: 1, gaps: []Gap{other}},
		"one that is named, one not":    {requested: 5000, failed: 2, gaps: []Gap{gap(1)}},
		"the whole cell":                {requested: 5000, failed: 1, gaps: []Gap{whole, gap(1)}},
		"incomplete without any reason": {requested: 10},
	} {
		c := Coverage{Kind: "associations", From: "deals", To: "contacts", Requested: tt.requested, Failed: tt.failed, Unread: tt.unread, Complete: tt.complete, Verdict: tt.verdict}
		if got := c.ReadBut(tt.gaps); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
		s := &Snapshot{Coverage: []Coverage{{Complete: true}, c}, Gaps: tt.gaps}
		if got := s.Readable(); got != tt.want {
			t.Errorf("%s: the snapshot is readable: %t", name, got)
		}
	}
}
