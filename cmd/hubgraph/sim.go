package main

import (
	"fmt"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"hubgraph/hubspot/sim"
)

// simOptions are the flags of sim.
type simOptions struct {
	listen, portal, rate, oauth, faultFile string
	seed                                   uint64
	contacts                               int
	faults, facts                          []string
	helpFacts, helpFaults                  bool
	server                                 sim.Options
}

func (a *app) sim() *cobra.Command {
	var o simOptions
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Serve a simulated HubSpot portal on loopback, to test against",
		Long: `Serve a simulated HubSpot portal. The first line on stdout is its base URL, and
nothing else is printed there; SIGTERM ends it. ` + "`hubgraph help portal`" + ` explains
the language of portal files.

GET /_sim/truth      the planted defects, as an audit must find them
GET /_sim/requests   the answered requests, and the faults that they met
GET /_sim/portal     the portal in the portal language
POST /_sim/night     let a night pass: drawn from ?seed=N, or given in the body
POST /_sim/reset     begin anew with the portal as it was at first
POST /_sim/rate      ?rate=95/10s: allow fewer requests, as beside another app`,
		Example: "  hubgraph sim --token secret --listen 127.0.0.1:8080 &\n  HUBSPOT_ACCESS_TOKEN=secret hubgraph crawl --base-url http://127.0.0.1:8080",
		Args:    takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case o.helpFacts:
				return sim.WriteFacts(a.stdout)
			case o.helpFaults:
				return sim.WriteFaults(a.stdout)
			}
			o.server.NotServed = func(method, path string) {
				fmt.Fprintf(a.stderr, "hubgraph: %s %s is not served\n", method, path)
			}
			server, err := o.start()
			if err != nil {
				return err
			}
			url, stop, err := server.Start(o.listen)
			if err != nil {
				return fmt.Errorf("listen on %s: %w", o.listen, err)
			}
			defer stop()
			fmt.Fprintln(a.stdout, url)
			<-cmd.Context().Done()
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "loopback address; port 0 takes a free one")
	flags.StringVar(&o.portal, "portal", "", "file in the portal language, instead of a generated portal")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the generated portal and of faults that hit a share of the requests")
	flags.IntVar(&o.contacts, "contacts", 2000, "contacts of the generated portal; the rest grows with them")
	flags.StringArrayVar(&o.facts, "fact", nil, "NAME=VALUE: how HubSpot behaves where that is not known (repeatable), see --help-facts")
	flags.BoolVar(&o.helpFacts, "help-facts", false, "list what is not known of HubSpot, and how the simulator behaves")
	flags.StringVar(&o.server.Token, "token", "", "the only token that is accepted (default: any)")
	flags.StringVar(&o.oauth, "oauth", "", "an app for the token endpoint: its id, secret and refresh token, as ID:SECRET:REFRESH")
	flags.DurationVar(&o.server.TokenLife, "token-life", 30*time.Minute, "how long the app's access tokens are good")
	flags.StringSliceVar(&o.server.WithoutScope, "without-scope", nil, "object types, or owners, that the token may not see")
	flags.BoolVar(&o.server.WithoutEditAssociations, "without-edit-associations", false, "the token's user may not change associations, which only 2026-09 checks")
	flags.StringVar(&o.rate, "rate", "190/10s", "requests that are allowed in a time")
	flags.IntVar(&o.server.Daily, "daily", 1_000_000, "requests that are allowed in a day")
	flags.IntVar(&o.server.PageSize, "page-size", 0, "associations of one record in one page of a batch read (default: as the fact page-size says, 500)")
	flags.DurationVar(&o.server.SearchLag, "search-lag", 0, "how long search does not see what was written")
	flags.DurationVar(&o.server.Latency, "latency", 0, "delay of every answer")
	flags.StringArrayVar(&o.faults, "fault", nil, "NAME=N: one fault every N requests (repeatable), see --help-faults")
	flags.StringVar(&o.faultFile, "fault-file", "", "file of faults: which requests they hit, and how")
	flags.BoolVar(&o.helpFaults, "help-faults", false, "list the faults")
	return cmd
}

// portalLanguage is the help on portal files: no command, but a topic.
func (a *app) portalLanguage() *cobra.Command {
	return &cobra.Command{Use: "portal", Short: "The language of portal files", Long: sim.Language()}
}

// start makes the server that the flags ask for.
func (o *simOptions) start() (*sim.Server, error) {
	portal, err := o.makePortal()
	if err != nil {
		return nil, err
	}
	o.server.First = o.makePortal
	if o.server.Rate, err = sim.ParseRate(o.rate); err != nil {
		return nil, usage("--rate: %v", err)
	}
	if o.oauth != "" {
		if o.server.OAuth, err = sim.ParseOAuth(o.oauth); err != nil {
			return nil, usage("--oauth: %v", err)
		}
	}
	if err := o.readFaults(); err != nil {
		return nil, err
	}
	o.server.Seed = o.seed
	if err := o.server.Check(portal); err != nil {
		return nil, usage("%v", err)
	}
	if host, _, err := net.SplitHostPort(o.listen); err != nil || !net.ParseIP(host).IsLoopback() {
		return nil, usage("--listen %s: the simulator listens on loopback only, such as 127.0.0.1:8080", o.listen)
	}
	return sim.NewServer(portal, o.server), nil
}

// makePortal makes the portal that the flags ask for, as it is at first.
func (o *simOptions) makePortal() (*sim.Portal, error) {
	if o.contacts < 0 {
		return nil, usage("--contacts %d is no number of contacts: write 0 or more", o.contacts)
	}
	var portal *sim.Portal
	if o.portal == "" {
		portal = sim.Generate(sim.Spec{Seed: o.seed, Contacts: o.contacts})
	} else {
		var err error
		if portal, err = readPortal(o.portal); err != nil {
			return nil, err
		}
	}
	for _, fact := range o.facts {
		if err := portal.Use(fact); err != nil {
			return nil, usage("--fact: %v", err)
		}
	}
	return portal, nil
}

// readPortal reads a file in the portal language.
func readPortal(name string) (*sim.Portal, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, usage("--portal: %v", err)
	}
	portal, err := sim.Parse(name, string(text))
	if err != nil {
		return nil, status{exitUsage, err}
	}
	return portal, nil
}

func (o *simOptions) readFaults() error {
	var err error
	if o.server.Faults, err = sim.ParseFaults(o.faults); err != nil {
		return usage("--fault: %v", err)
	}
	if o.faultFile == "" {
		return nil
	}
	text, err := os.ReadFile(o.faultFile)
	if err != nil {
		return usage("--fault-file: %v", err)
	}
	faults, err := sim.ParseFaultFile(o.faultFile, string(text))
	if err != nil {
		return status{exitUsage, err}
	}
	o.server.Faults = append(o.server.Faults, faults...)
	return nil
}
