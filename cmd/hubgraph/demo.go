package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"hubgraph/internal/demo"
)

func (a *app) demo() *cobra.Command {
	dir, serve := "./hubgraph-demo", false
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Watch the whole job on a simulated portal; needs nothing",
		Long: `Start a simulated HubSpot portal on this machine, crawl and audit it, let a night
pass in which things go wrong, crawl and audit again, plan and apply a repair,
crawl and audit a third time, and draw the portal's map. Everything that it
makes lies in --data, ` + dir + ` by default; nothing else is touched. With --serve the
portal stays, to be tried by hand.`,
		Example: "  hubgraph demo\n  hubgraph demo --serve",
		Args:    takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if flag := cmd.Flags().Lookup("data"); flag.Changed {
				dir = flag.Value.String()
			}
			d := demo.Demo{Dir: dir, Out: a.stdout, Self: selfName(), Tool: version, Memory: a.memory, Log: a.log(), Show: a.display(), Serve: serve}
			return d.Run(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&serve, "serve", false, "keep the portal running, and print how it is reached")
	return cmd
}

// selfName is how the person who started the program can start it again.
func selfName() string {
	if program, err := os.Executable(); err == nil && strings.Contains(program, "go-build") {
		return "go run ./cmd/hubgraph"
	}
	return "hubgraph"
}
