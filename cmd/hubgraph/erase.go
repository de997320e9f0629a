package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
)

func (a *app) erase() *cobra.Command {
	format, dryRun, yes := "text", false, false
	cmd := &cobra.Command{
		Use:   "erase TYPE:ID…",
		Short: "Take a person out of all nights, and prove it",
		Long: `Take records out of the data folder, under all ids that they had before and after
merges: out of every snapshot, complete or not, every audit, the journals of
repairs and of a crawl that was not ended, and the DuckDB file, which is made again.
Findings about them go; what findings about others say of them goes. No later night
reports that they, or their associations, were lost.

Afterwards every table and every text of the data folder is searched for their ids,
and for names, addresses and numbers of theirs that hubgraph had read, and what was
looked at is printed, with what is left: texts of other records are not changed,
such as the name of a deal. Counts of what was read and found in those nights stay.

Each folder is replaced in one step. A command that died is typed again. Delete the
record in HubSpot first: what is still there is read again by the next crawl, which
warns of it. That a record was erased, and when, is kept under a keyed hash (HMAC) of
its id: erase says it of a record that it is asked for again. Who can read the key, which
is beside it for the owner of the folder alone, could find the ids by trying all.
Plans, reports, backups, hubgraph.yaml and waivers.yaml are not changed; lines of the
last two that name the record are listed.

Exit code 3: something is left, or could not be looked into.`,
		Example: "  hubgraph erase contacts:123 --dry-run\n  hubgraph erase contacts:123 contacts:124 --yes",
		Args: func(cmd *cobra.Command, args []string) error {
			return takes(1, append([]string{"TYPE:ID"}, args...)...)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, records []string) error {
			if !dryRun && !yes && a.terminal() == nil {
				return usage("erase changes all nights: give --yes, or --dry-run to see what it would take out, or run it on a terminal")
			}
			files, unlock, err := a.lockedFiles(a.loaded.String("data"))
			if err != nil {
				return err
			}
			defer unlock()
			e := nightly.Erasing{Files: files, Records: records, Beside: []string{settingsFile, waiversFile}, DryRun: dryRun, Tool: version, Show: a.display()}
			if !yes {
				e.Confirm = a.confirmErasure
			}
			erased, err := nightly.Erase(cmd.Context(), e)
			if err != nil {
				return err
			}
			if err := a.print(format, object(erased), erased.WriteText); err != nil {
				return err
			}
			if !erased.Gone() {
				return status{exitIncomplete, errors.New("not all of it is gone: what is left is listed")}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&dryRun, "dry-run", false, "count what would be taken out, by file; change nothing")
	flags.BoolVar(&yes, "yes", false, "erase without asking")
	formatFlag(flags, &format)
	return cmd
}

// confirmErasure makes sure that a person means it.
func (a *app) confirmErasure(e *nightly.Erased) error {
	rows := int64(0)
	for _, p := range e.Found {
		rows += p.Rows
	}
	fmt.Fprintf(a.stderr, "This takes %s out of all nights, %d rows of %d tables and files; only a backup brings it back. Type yes to go on: ",
		strings.Join(e.Records, ", "), rows, len(e.Found))
	typed, _ := bufio.NewReader(a.terminal()).ReadString('\n')
	if strings.TrimSpace(typed) != "yes" {
		return status{exitGuard, errors.New("not approved; nothing was erased")}
	}
	return nil
}
