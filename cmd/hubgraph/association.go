package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/internal/nightly"
	"hubgraph/internal/rows"
	"hubgraph/internal/terminal"
	"hubgraph/repair"
)

// filesHelp says what a file of pairs is like.
const filesHelp = `FILE is CSV with a header, or JSON objects, one a line; - is standard input. Its
columns are from and to, and label (or internal name), or type_id and, where two
categories share it, category:
  from,to,label
  deals:123,companies:9,Decision maker
  {"from": "deals:123", "to": "companies:9", "type_id": 341}`

func (a *app) association() *cobra.Command {
	return group("association", "Read and write associations one by one or from a file", `List, read, create and delete associations of the portal as it is now, without a
snapshot. A type is named by its label or id, and must be one of the very
direction from the first record to the second. What is written is looked at
again just before, never takes another label away, is read back, and is kept in a
journal, from which `+"`hubgraph repair undo`"+` takes it back.`, a.associationList(), a.associationRead(), a.associationCreate(), a.associationDelete())
}

// directFlags are the flags of work on the portal as it is.
type directFlags struct{ format string }

func (f *directFlags) add(flags *pflag.FlagSet) {
	flags.String("base-url", "https://api.hubapi.com", "where the API answers (HUBSPOT_BASE_URL)")
	flags.String("api-version", hubspot.DefaultAPIVersion, "v4 or a date-based version; v1 and v3 are deprecated: HubSpot supports them until September 2027")
	flags.String("rate-share", "0.9", "part of the portal's burst limit to use, the rest is for its other apps; or auto: what they leave")
	wordFlag(flags, &f.format, "format", rows.Text, rows.JSON, rows.NDJSON, rows.CSV)
}

// direct is the work on the portal of the first token of the variables that is set.
func (a *app) direct(connect func() (*hubspot.Client, error)) nightly.Direct {
	d := nightly.Direct{Dir: a.loaded.String("data"), Memory: a.memory, Connect: connect, Show: a.display()}
	d.Forms = repair.Forms{Single: true, Default: true}
	d.Lock = func() (*lake.Data, func(), error) { return locked(lake.Open(d.Dir)) }
	if v := a.loaded.String("api-version"); v == repair.V1 || v == repair.V3 {
		d.Forms.Legacy, a.apiVersion = v, hubspot.DefaultAPIVersion
		d.Show.Say("%s is deprecated: HubSpot supports it until September 2027; without --api-version, %s is used", v, hubspot.DefaultAPIVersion)
	}
	return d
}

// reader is the client of the token that may read.
func (a *app) reader() (*hubspot.Client, error) { return a.client(a.loaded, "HUBSPOT_ACCESS_TOKEN") }

func (a *app) associationList() *cobra.Command {
	var f directFlags
	var typeID string
	cmd := &cobra.Command{
		Use:   "list RECORD TYPE",
		Short: "List a record's associations with the records of an object type",
		Long: `List all associations of a record with those of an object type: a row for each
association type.`,
		Example: "  hubgraph association list deals:123 contacts\n  hubgraph association list contacts:101 companies --format csv",
		Args:    takes(2, "RECORD", "TYPE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if v := a.loaded.String("api-version"); typeID != "" && v != repair.V1 {
				return usage("--type-id goes with --api-version v1: %s lists all types", v)
			}
			out := rows.New(a.results(f.format), f.format)
			err := nightly.ListRecord(cmd.Context(), a.direct(a.reader), args[0], args[1], typeID, putListed(out))
			if err != nil {
				return err
			}
			return out.Close()
		},
	}
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&typeID, "type-id", "", "with --api-version v1: the association type to list")
	return cmd
}

func putListed(out *rows.Writer) func(repair.Listed) error {
	return func(l repair.Listed) error { return out.Put(l, l.Text()) }
}

func (a *app) associationRead() *cobra.Command {
	var f directFlags
	var file, rejected string
	cmd := &cobra.Command{
		Use:   "read --file FILE",
		Short: "Read the associations of many records",
		Long: `Read the associations of the records of a file, 1,000 in a call. Its column from
is a record, and to is an object type. A row comes out for each
association type. Records that list nothing are looked up, 100 in a call, and
those that are not there are named.

FILE is CSV with a header, or JSON objects, one a line; - is standard input:
  from,to
  deals:123,contacts`,
		Example: "  hubgraph association read --file deals.csv --format ndjson\n  jq -c … deals.json | hubgraph association read --file -",
		Args:    takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.loaded.String("api-version") == repair.V1 {
				return usage("--api-version v1 reads one record at a time: use association list, or v3, v4 or a date-based version")
			}
			return a.withFile(file, rejected, func(asked repair.Asked, to io.Writer) error {
				out, wrong := rows.New(a.results(f.format), f.format), 0
				err := nightly.ReadPairs(cmd.Context(), a.direct(a.reader), asked, to, putListed(out), func(line int, cause string) {
					wrong++
					fmt.Fprintf(a.stderr, "hubgraph: %s:%d: %s\n", file, line, terminal.Printable(cause))
				})
				if closing := out.Close(); err == nil {
					err = closing
				}
				if err == nil && wrong > 0 {
					err = status{exitIncomplete, nil}
				}
				return err
			})
		},
	}
	f.add(cmd.Flags())
	fileFlags(cmd.Flags(), &file, &rejected)
	return cmd
}

func fileFlags(flags *pflag.FlagSet, file, rejected *string) {
	flags.StringVar(file, "file", "", "file of pairs, - for standard input")
	flags.StringVar(rejected, "rejected", "", "file for the lines that were not done, to be sent again")
}

// withFile has work done with a file of pairs, and another one for those of its lines that were
// not done.
func (a *app) withFile(file, rejected string, work func(repair.Asked, io.Writer) error) (err error) {
	if file == "" {
		return usage("--file is missing: name a file of pairs, or - for standard input")
	}
	open, done, err := nightly.Input(file, a.stdin)
	if err != nil {
		return err
	}
	defer func() {
		if closing := done(); err == nil {
			err = closing
		}
	}()
	asked := repair.Asked{Name: file, Open: open}
	if rejected == "" {
		return work(asked, nil)
	}
	to, complete, err := nightly.Rejected(rejected)
	if err != nil {
		return err
	}
	defer func() {
		if closing := complete(err); err == nil {
			err = closing
		}
	}()
	return work(asked, to)
}
