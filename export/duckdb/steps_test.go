package duckdb

import (
	"context"

	"hubgraph/export/lake"
	"hubgraph/internal/nights"
	"hubgraph/queries"
)

// nightIn names a data folder in which this program is to do what a night does
// with it, printing each step before it: the steps of a process that is killed.
const nightIn = "HUBGRAPH_TEST_NIGHT"

// The steps of a night.
var steps = []string{"lock", "publish", "build", "publish-duckdb", "forget", "done"}

// doNight does what a night does with a data folder, calls report before each step,
// and leaves two snapshots.
func doNight(dir string, report func(step string)) error {
	ctx := context.Background()
	d, err := filesIn(dir)
	if err != nil {
		return err
	}
	report("lock")
	unlock, err := d.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	report("publish")
	e, err := d.Publish(ctx, nights.First().Snapshot(d.NewID(nights.Start)))
	if err != nil {
		return err
	}
	report("build")
	compared, err := d.Baseline(e, lake.LastComplete)
	baseline := compared.Entry
	if err != nil {
		return err
	}
	file, err := d.Build(ctx, Build{Snapshot: e, Baseline: baseline, Settings: queries.DefaultSettings()})
	if err != nil {
		return err
	}
	report("publish-duckdb")
	if _, err := d.PublishDuckDB(file, e.ID); err != nil {
		return err
	}
	report("forget")
	judged, err := d.Judge(lake.Policy{Last: 2})
	if err != nil {
		return err
	}
	for _, j := range judged {
		if len(j.Reasons) == 0 {
			if err := d.Forget(ctx, j.Entry); err != nil {
				return err
			}
		}
	}
	report("done")
	return nil
}
