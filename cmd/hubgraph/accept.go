package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"hubgraph/export/lake"
)

func (a *app) accept() *cobra.Command {
	return &cobra.Command{
		Use:   "accept [SNAPSHOT]",
		Short: "Take a night as the accepted state that drift is measured from",
		Long: `Take a snapshot, by default the newest complete one, as the accepted state. What
differed in nights up to it, such as renamed labels and lost links, counts as taken
note of: the next audit closes it. With baseline: accepted in hubgraph.yaml later
nights are compared with it, however many they are. It is never forgotten.`,
		Example: "  hubgraph accept\n  hubgraph accept 20261122T020000Z",
		Args:    takes(0, "SNAPSHOT"),
		RunE: func(_ *cobra.Command, args []string) error {
			files, unlock, err := a.lockedFiles(a.loaded.String("data"))
			if err != nil {
				return err
			}
			defer unlock()
			var entry lake.Entry
			if len(args) > 0 {
				entry, err = files.Find(args[0])
			} else {
				entry, err = files.NewestComplete()
			}
			if err != nil {
				return err
			}
			if !entry.Readable() {
				return usage("snapshot %s is incomplete: only a complete night can be accepted", entry.ID)
			}
			if err := files.Accept(entry); err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "snapshot %s is accepted\n", entry.ID)
			return nil
		},
	}
}
