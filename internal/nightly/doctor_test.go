package nightly

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
)

// TestAClockThatIsWrong has a portal whose answers have another time.
func TestAClockThatIsWrong(t *testing.T) {
	for text, date := range map[string]string{
		"ok: agrees with HubSpot's":                               time.Now().UTC().Format(http.TimeFormat),
		"warn: 1h0m0s ahead of HubSpot's":                         time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat),
		"warn: 2h0m0s behind HubSpot's":                           time.Now().Add(2 * time.Hour).UTC().Format(http.TimeFormat),
		"warn: HubSpot's answers have no date to compare it with": "",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if w.Header()["Date"] = nil; date != "" {
				w.Header().Set("Date", date)
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"portalId":77}`))
		}))
		c, err := hubspot.New("any", hubspot.Options{BaseURL: server.URL})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Account(t.Context())
		c.Close()
		server.Close()
		if err != nil {
			t.Fatal(err)
		}
		if d := examineClock(c); !strings.HasPrefix(roundedTo(d.Status+": "+d.Text), text) || (d.Status == Ailing) != (d.Advice != "" || date == "") {
			t.Errorf("%q: %+v", text, d)
		}
	}
}

// roundedTo forgives the seconds that pass during the test.
func roundedTo(text string) string {
	for _, almost := range []string{"1h0m1s", "1h0m2s", "59m59s"} {
		text = strings.Replace(text, almost, "1h0m0s", 1)
	}
	for _, almost := range []string{"2h0m1s", "1h59m59s", "1h59m58s"} {
		text = strings.Replace(text, almost, "2h0m0s", 1)
	}
	return text
}

func TestAFolderInUse(t *testing.T) {
	dir := t.TempDir()
	data, err := lake.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if d := examineData(dir, 77); d.Status != Ailing || !strings.Contains(d.Text, "in use by another run") {
		t.Errorf("while it is locked: %+v", d)
	}
	unlock()
	if d := examineData(dir, 77); d.Status == Failing || !strings.Contains(d.Text, "can be written") {
		t.Errorf("after that: %+v", d)
	}
}

func TestAnOldAPIVersionIsTold(t *testing.T) {
	old := time.Now().AddDate(-2, 0, 0).Format("2006") + "-03"
	if d := examineVersions(t.Context(), old, "test"); d.Status != Ailing || !strings.Contains(d.Advice, "newer --api-version") {
		t.Errorf("%s: %+v", old, d)
	}
}
