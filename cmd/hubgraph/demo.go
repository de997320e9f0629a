package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"hubgraph/export/draw"
	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// demoMark is the file by which the demo knows a folder that it made.
const demoMark = ".hubgraph-demo"

func (a *app) demo() *cobra.Command {
	dir := "./hubgraph-demo"
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Watch the whole job on a simulated portal; needs nothing",
		Long: `Start a simulated HubSpot portal on this machine, crawl and audit it, let a night
pass in which things go wrong, crawl and audit again, plan and apply a repair,
crawl and audit a third time, and draw the portal's map. Everything that it
makes lies in --data, ` + dir + ` by default; nothing else is touched.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if flag := cmd.Flags().Lookup("data"); flag.Changed {
				dir = flag.Value.String()
			}
			if err := emptyDemo(dir); err != nil {
				return err
			}
			return a.runDemo(cmd.Context(), dir)
		},
	}
	return cmd
}

// emptyDemo makes room for a demo, but never removes what is not one.
func emptyDemo(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(dir, lake.DirMode); err != nil {
			return usage("--data %s: %v", dir, err)
		}
		return os.WriteFile(filepath.Join(dir, demoMark), nil, lake.FileMode)
	}
	if _, err := os.Stat(filepath.Join(dir, demoMark)); err != nil {
		return usage("--data %s exists and is no earlier demo: name another folder", dir)
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return emptyDemo(dir)
}

// unhurried is more searches a second than a crawl sends: the demo's portal sets
// no limit.
const unhurried = 1000

// demo is one run of the demo.
type demo struct {
	app    *app
	data   *lake.Data
	client *hubspot.Client
	audits []*nightly.Audited
	self   string
}

func (a *app) runDemo(ctx context.Context, dir string) error {
	portal := sim.Generate(sim.Spec{Seed: 1})
	token := hubspot.Secret(rand.Text())
	server := sim.NewServer(portal, sim.Options{Token: string(token)})
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("start the simulator: %w", err)
	}
	defer stop()
	data, unlock, err := locked(lake.Open(dir))
	if err != nil {
		return err
	}
	defer unlock()
	client, err := hubspot.New(token, hubspot.Options{BaseURL: url, UserAgent: "hubgraph/" + version, Log: a.log(), SearchRate: unhurried})
	if err != nil {
		return err
	}
	d := &demo{app: a, data: data, client: client, self: selfName()}
	a.tell("A simulated HubSpot portal answers on %s.", url)
	a.tell("\n== Night one")
	if err := d.night(ctx); err != nil {
		return err
	}
	a.tell("\n== Night two: labels were renamed, links lost, deals orphaned")
	portal.Night(1)
	if err := d.night(ctx); err != nil {
		return err
	}
	a.tell("\n== Repair of the missing inverses")
	if err := d.repair(ctx); err != nil {
		return err
	}
	a.tell("\n== After the repair")
	if err := d.night(ctx); err != nil {
		return err
	}
	return d.finish(ctx)
}

// tell prints a line of the demo's story.
func (a *app) tell(format string, args ...any) { fmt.Fprintf(a.stdout, format+"\n", args...) }

// night crawls and audits once.
func (d *demo) night(ctx context.Context) error {
	started := time.Now()
	n, err := nightly.Read(ctx, nightly.Crawling{Client: d.client, Data: d.data, Memory: d.app.memory, Tool: version, Show: d.app.display()})
	if err != nil {
		return err
	}
	d.app.tell("crawled in %d requests and %.1f s", n.Snapshot.Requests, time.Since(started).Seconds())
	audited, err := nightly.Audit(ctx, nightly.Auditing{Files: n.Files, Rules: nightly.DefaultRules(), Tool: version, Show: d.app.display()})
	if err != nil {
		return err
	}
	_ = d.app.tellAside(audited.DuckDB) // is not what a demo ends with
	d.audits = append(d.audits, audited)
	return report.Write(d.app.stdout, "summary", audited.Report, report.Options{Data: d.data.Dir(), Self: d.self})
}

// repair plans for the findings of the last audit and applies the plan.
func (d *demo) repair(ctx context.Context) error {
	plan, err := nightly.Plan(ctx, d.data.Dir(), d.app.memory, nil)
	if err != nil {
		return err
	}
	name := filepath.Join(d.data.Dir(), "plan.json")
	if err := plan.Write(name); err != nil {
		return err
	}
	d.app.tell("planned %d operations: %s", len(plan.Operations), name)
	d.app.tell("approved as %s", plan.Digest)
	run, err := nightly.Apply(ctx, nightly.Applying{
		Client: d.client, Plan: plan, Most: len(plan.Operations), Approve: func() error { return nil },
		Lock: func() (*lake.Data, func(), error) { return d.data, func() {}, nil },
	})
	if err != nil {
		return err
	}
	return run.WriteText(d.app.stdout, plan)
}

// finish draws the map and says what lies where and what to type next.
func (d *demo) finish(ctx context.Context) error {
	path, err := duckdb.Newest(d.data.Dir())
	if err != nil {
		return err
	}
	db, err := duckdb.Open(path, d.app.memory)
	if err != nil {
		return err
	}
	defer db.Close()
	var dot bytes.Buffer
	if err := draw.WriteMap(ctx, &dot, db); err != nil {
		return err
	}
	drawing := filepath.Join(d.data.Dir(), "map.dot")
	if err := renameio.WriteFile(drawing, dot.Bytes(), lake.FileMode); err != nil {
		return fmt.Errorf("write the map: %w", err)
	}
	d.app.tell("\n== What was found, and what was mended")
	if err := d.findings(); err != nil {
		return err
	}
	d.app.tell("\n== What lies where")
	w := tabwriter.NewWriter(d.app.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\tthe snapshots as Parquet, one folder a night\n", filepath.Join(d.data.Dir(), "lake"))
	fmt.Fprintf(w, "%s\tthe audited snapshot, its baseline and all findings\n", path)
	fmt.Fprintf(w, "%s\tthe map of the portal as DOT\n", drawing)
	if err := w.Flush(); err != nil {
		return err
	}
	d.app.tell(`
== What to type next
%[1]s sql --data %[2]s "FROM checks.deal_fully_orphaned"
%[1]s draw map --data %[2]s --output map.svg
%[1]s checks deal_fully_orphaned
HUBSPOT_ACCESS_TOKEN=… %[1]s crawl    # your own portal`, d.self, d.data.Dir())
	return nil
}

// selfName is how the person who started the program can start it again.
func selfName() string {
	if program, err := os.Executable(); err == nil && strings.Contains(program, "go-build") {
		return "go run ./cmd/hubgraph"
	}
	return "hubgraph"
}

// findings tells how many findings of each check were open after each audit.
func (d *demo) findings() error {
	w := tabwriter.NewWriter(d.app.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "night one\tnight two\tafter the repair\t")
	for i, c := range queries.All() {
		for _, audited := range d.audits {
			open := "-" // skipped: there was nothing to compare with
			if n := audited.Results[i].Violations; n != nil {
				open = fmt.Sprint(*n)
			}
			fmt.Fprintf(w, "%s\t", open)
		}
		fmt.Fprintf(w, "  %s\n", c.Title)
	}
	return w.Flush()
}
