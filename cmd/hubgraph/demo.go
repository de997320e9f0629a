package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"hubgraph/internal/demo"
)

// fewestNights is how many nights a demo has at least: one, and another to compare it
// with.
const fewestNights = 2

func (a *app) demo() *cobra.Command {
	dir, serve, nights := "./hubgraph-demo", false, fewestNights
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Watch the whole job on a simulated portal; needs nothing",
		Long: `Start a simulated HubSpot portal on this machine, crawl and audit it, let a night
pass in which things go wrong, crawl and audit again, plan and apply a repair,
crawl and audit a third time, and draw the portal's map. Everything that it
makes lies in --data, ` + dir + ` by default; nothing else is touched. With --nights 30
so many nights pass, for what needs a history, and nothing is repaired. With
--serve the portal stays, to be tried by hand.`,
		Example: "  hubgraph demo\n  hubgraph demo --nights 30\n  hubgraph demo --serve",
		Args:    takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if flag := cmd.Flags().Lookup("data"); flag.Changed {
				dir = flag.Value.String()
			}
			if nights < fewestNights {
				return usage("--nights %d is too few: a demo compares at least %d", nights, fewestNights)
			}
			d := demo.Demo{Dir: dir, Out: a.stdout, Self: selfName(), Tool: version, Memory: a.memory, Log: a.log(), Show: a.display(), Nights: nights, Serve: serve}
			return d.Run(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&serve, "serve", false, "keep the portal running, and print how it is reached")
	cmd.Flags().IntVar(&nights, "nights", nights, "nights of the demo; after more than two nothing is repaired")
	return cmd
}

// selfName is how the person who started the program can start it again.
func selfName() string {
	if program, err := os.Executable(); err == nil && strings.Contains(program, "go-build") {
		return "go run ./cmd/hubgraph"
	}
	return "hubgraph"
}
