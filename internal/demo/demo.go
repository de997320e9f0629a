// Package demo shows the whole job on a simulated portal: nights, audits, a repair, a map.
package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/google/renameio/v2"

	"hubgraph/export/draw"
	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
	"hubgraph/internal/progress"
	"hubgraph/internal/sentence"
	"hubgraph/queries"
	"hubgraph/queries/report"
	"hubgraph/repair"
)

// mark is the file by which a demo knows a folder that an earlier one made.
const mark = ".hubgraph-demo"

// Demo is a demo to give.
type Demo struct {
	Dir    string    // a new folder, or that of an earlier demo
	Out    io.Writer // what is printed
	Self   string    // how the program is called
	Tool   string    // its version
	Memory duckdb.Memory
	Log    *slog.Logger // of requests; nil: none
	Show   progress.Display
	Nights int  // at least 2; where it is more, they pass and nothing is repaired
	Serve  bool // the portal stays until the context ends, to be tried by hand
}

// demo is a demo under way.
type demo struct {
	Demo
	data   *lake.Data
	client *hubspot.Client
	audits []*nightly.Audited
}

// empty makes room for a demo, but never removes what is not one.
func empty(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(dir, lake.DirMode); err != nil {
			return sentence.New(lake.ErrData, "--data %s: %v", dir, err)
		}
		return os.WriteFile(filepath.Join(dir, mark), nil, lake.FileMode)
	}
	if _, err := os.Stat(filepath.Join(dir, mark)); err != nil {
		return sentence.New(lake.ErrData, "--data %s exists and is no earlier demo: name another folder", dir)
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return empty(dir)
}

// unhurried is more searches a second than a crawl sends: the demo's portal sets no
// limit.
const unhurried = 1000

// Run gives the demo. One that serves ends with the context.
func (o Demo) Run(ctx context.Context) error {
	if err := empty(o.Dir); err != nil {
		return err
	}
	portal := sim.Generate(sim.Spec{Seed: 1})
	token := rand.Text()
	url, stop, err := sim.NewServer(portal, sim.Options{Token: token}).Start("127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("start the simulator: %w", err)
	}
	defer stop()
	d := &demo{Demo: o}
	d.client, err = hubspot.New(hubspot.Secret(token), hubspot.Options{BaseURL: url, UserAgent: "hubgraph/" + o.Tool, Log: o.Log, SearchRate: unhurried})
	if err != nil {
		return err
	}
	d.print("A simulated HubSpot portal answers on %s.", url)
	if err := d.show(ctx, portal); err != nil || !o.Serve {
		return err
	}
	d.print(`
== The portal stays until Ctrl-C. In another terminal:
export HUBSPOT_BASE_URL=%s
export HUBSPOT_ACCESS_TOKEN=%s
%s run --data %s`, url, token, d.Self, o.Dir)
	<-ctx.Done()
	return nil
}

// show has the nights pass, and audits and repairs them.
func (d *demo) show(ctx context.Context, portal *sim.Portal) (err error) {
	if d.data, err = lake.Open(d.Dir); err != nil {
		return err
	}
	unlock, err := d.data.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	d.print("\n== Night one")
	if err := d.night(ctx); err != nil {
		return err
	}
	d.print("\n== Night two: labels were renamed, links lost, deals orphaned")
	portal.Night(1)
	if err := d.night(ctx); err != nil {
		return err
	}
	if d.Nights > 2 {
		return d.history(ctx, portal)
	}
	d.print("\n== What the night lost is put back")
	if _, err := d.repair(ctx, "restore.json", nightly.Planning{Night: lake.LastComplete}); err != nil {
		return err
	}
	d.print("\n== What the portal itself determines is repaired: missing inverses, plain associations, primary companies")
	if _, err := d.repair(ctx, "plan.json", nightly.Planning{}); err != nil {
		return err
	}
	d.print("\n== A rule infers the companies of deals from their contacts, and its run is undone")
	inferring := nightly.Planning{Checks: []string{"deal_contact_company_open"}, Options: repair.Options{Rules: []string{"deal_company_of_contacts"}}}
	run, err := d.repair(ctx, "inferred.json", inferring)
	if err != nil {
		return err
	}
	if err := d.undo(ctx, run); err != nil {
		return err
	}
	d.print("\n== After the repair")
	if err := d.night(ctx); err != nil {
		return err
	}
	return d.finish(ctx)
}

// history has the further nights pass. Nothing is repaired: after many nights more is
// wrong than a plan dares to touch without --force-class.
func (d *demo) history(ctx context.Context, portal *sim.Portal) error {
	for n := 3; n <= d.Nights; n++ {
		d.print("\n== Night %d", n)
		portal.Night(uint64(n - 1))
		if err := d.night(ctx); err != nil {
			return err
		}
	}
	return d.finish(ctx)
}

// print prints a line of the demo's story.
func (d *demo) print(format string, args ...any) { fmt.Fprintf(d.Out, format+"\n", args...) }

// night crawls and audits once.
func (d *demo) night(ctx context.Context) error {
	started := time.Now()
	n, err := nightly.Read(ctx, nightly.Crawling{Client: d.client, Data: d.data, Memory: d.Memory, Tool: d.Tool, Show: d.Show})
	if err != nil {
		return err
	}
	d.print("crawled in %d requests and %.1f s", n.Snapshot.Requests, time.Since(started).Seconds())
	audited, err := nightly.Audit(ctx, nightly.Auditing{Files: n.Files, Rules: nightly.DefaultRules(), Tool: d.Tool, Show: d.Show})
	if err != nil {
		return err
	}
	if aside := audited.DuckDB.Aside; aside != "" {
		d.Show.Say("%s", aside)
	}
	d.audits = append(d.audits, audited)
	return report.Write(d.Out, "summary", audited.Report, report.Options{Data: d.data.Dir(), Self: d.Self})
}

// repair plans, applies the plan, and returns the id of the run; empty where nothing was sent.
func (d *demo) repair(ctx context.Context, file string, job nightly.Planning) (string, error) {
	job.Dir, job.Memory = d.data.Dir(), d.Memory
	plan, err := nightly.Plan(ctx, job)
	if err != nil {
		return "", err
	}
	return d.apply(ctx, file, plan.Plan)
}

// undo plans to take back what a run added, and applies that.
func (d *demo) undo(ctx context.Context, run string) error {
	if run == "" {
		return nil
	}
	d.print("undo of the run %s:", run)
	plan, err := nightly.Undo(ctx, d.data.Dir(), run, d.connect)
	if err != nil {
		return err
	}
	_, err = d.apply(ctx, "undo.json", plan)
	return err
}

// apply writes a plan and applies it.
func (d *demo) apply(ctx context.Context, file string, plan *repair.Plan) (string, error) {
	name := filepath.Join(d.data.Dir(), file)
	if err := plan.Write(name); err != nil {
		return "", err
	}
	d.print("planned %d operations, %d blocked: %s", len(plan.Operations), len(plan.Blocked), name)
	if len(plan.Operations) == 0 {
		return "", nil
	}
	options := repair.DefaultOptions()
	options.Share, options.Pause = 1, 0 // the portal is small
	run, err := nightly.Apply(ctx, nightly.Applying{
		Plan: plan, Options: options, Dir: d.data.Dir(), Execute: true,
		Connect: d.connect,
		Lock:    func() (*lake.Data, func(), error) { return d.data, func() {}, nil },
	})
	if err != nil {
		return "", err
	}
	id := ""
	if run.RunID != nil {
		id = *run.RunID
	}
	return id, run.WriteText(d.Out, plan)
}

func (d *demo) connect() (*hubspot.Client, error) { return d.client, nil }

// finish draws the map and says what lies where and what to type next.
func (d *demo) finish(ctx context.Context) error {
	path, err := duckdb.Newest(d.data.Dir())
	if err != nil {
		return err
	}
	db, err := duckdb.Open(path, d.Memory)
	if err != nil {
		return err
	}
	defer db.Close()
	picture, err := draw.Map(ctx, db, "")
	if err != nil {
		return err
	}
	drawing := filepath.Join(d.data.Dir(), "map.dot")
	if err := renameio.WriteFile(drawing, picture.DOT(), lake.FileMode); err != nil {
		return fmt.Errorf("write the map: %w", err)
	}
	d.print("\n== What was found, and what was mended")
	if err := d.findings(); err != nil {
		return err
	}
	d.print("\n== What lies where")
	w := tabwriter.NewWriter(d.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\tthe snapshots as Parquet, one folder a night\n", filepath.Join(d.data.Dir(), "lake"))
	fmt.Fprintf(w, "%s\tthe audited snapshot, its baseline and all findings\n", path)
	fmt.Fprintf(w, "%s\tthe map of the portal as DOT\n", drawing)
	if err := w.Flush(); err != nil {
		return err
	}
	d.print(`
== What to type next
%[1]s sql --data %[2]s "FROM checks.deal_fully_orphaned"
%[1]s draw map --data %[2]s --output map.svg
%[1]s checks deal_fully_orphaned
%[1]s accept --data %[2]s    # takes note of the labels that changed
HUBSPOT_ACCESS_TOKEN=… %[1]s crawl    # your own portal`, d.Self, d.data.Dir())
	return nil
}

// findings prints how many findings were open after each audit, for each check that had
// any; after a history, those of its first night and its last.
func (d *demo) findings() error {
	w := tabwriter.NewWriter(d.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	audits, heads := d.audits, "night one\tnight two\tafter the repair\t"
	if d.Nights > 2 {
		audits, heads = []*nightly.Audited{d.audits[0], d.audits[len(d.audits)-1]}, fmt.Sprintf("night one\tnight %d\t", d.Nights)
	}
	fmt.Fprintln(w, heads)
	for _, c := range queries.Stable() {
		line, some := "", false
		for _, audited := range audits {
			open := "-" // skipped: there was nothing to compare with
			i := slices.IndexFunc(audited.Results, func(r queries.CheckResult) bool { return r.CheckID == c.ID })
			if n := audited.Results[i].Violations; n != nil {
				open, some = fmt.Sprint(*n), some || *n > 0
			}
			line += open + "\t"
		}
		if some {
			fmt.Fprintf(w, "%s  %s\n", line, c.Title)
		}
	}
	return w.Flush()
}
