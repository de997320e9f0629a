package repair

import (
	"testing"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/goals"
)

// calls applies a plan for so many pairs, and counts the requests and the least that it takes:
// the writes, both ends' lists before and after them, and the records, which are read 100 at a
// time, before.
func calls(t testing.TB, pairs int64) (sent, least int) {
	t.Helper()
	portal, p := many(pairs)
	parsed, err := sim.Parse(t.Name(), portal)
	if err != nil {
		t.Fatal(err)
	}
	url, stop, err := sim.NewServer(parsed, sim.Options{}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	client, err := hubspot.New("token", hubspot.Options{BaseURL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	journal, err := CreateJournal(t.TempDir(), "20261122T030000Z")
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	run, err := Apply(t.Context(), client, p, journal, quick())
	if err != nil || !run.Done() {
		t.Fatalf("%v", err)
	}
	batches := func(size int64) int { return int((pairs + size - 1) / size) }
	return int(client.Stats().Requests), 5*batches(batchSize) + 2*batches(hubspot.MaxBatchObjects)
}

// TestCallsOfAnApply counts, and measures no time. Beside the least there is what a run takes
// once, whatever its size: the definitions, the first look, two small batches. That is less than
// a tenth of the 1,250 calls of 50,000 operations.
func TestCallsOfAnApply(t *testing.T) {
	for _, pairs := range []int64{1500, 3000} {
		if sent, least := calls(t, pairs); sent-least > 60 {
			t.Errorf("%d operations: %d calls, and %d would be the least", pairs, sent, least)
		}
	}
}

// BenchmarkApply prints the calls of an apply at 50,000 operations for one of the least, and the
// operations a second that half of HubSpot's limit of 190 calls in 10 s allows, beside one call
// a pair.
func BenchmarkApply(b *testing.B) {
	const pairs = 50_000
	for b.Loop() {
		sent, least := calls(b, pairs)
		goals.Most(b, float64(sent)/float64(least), 1.1, "calls/least")
		b.ReportMetric(pairs/(float64(sent)/9.5), "operations/s-at-half-rate")
		b.ReportMetric(9.5, "operations/s-one-a-call")
	}
}
