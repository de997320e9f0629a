package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"hubgraph/export/duckdb"
	"hubgraph/internal/reporting"
	"hubgraph/internal/secrets"
	"hubgraph/internal/web"
)

func (a *app) serve() *cobra.Command {
	var listen, tokenFile string
	var hosts []string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "The report, live, with an explorer of the records behind it",
		Long: `Serve the report of the newest audited night with an explorer: find a record, see
its links, findings, nights and picture, go from neighbour to neighbour, ask for a
path between two records, read the checks with their SQL, and ask with SQL.

The first line on stdout is the base URL, and nothing else is printed there; SIGTERM
ends it. Nothing is written. The DuckDB file is opened for a page and closed after
it, so that no night waits, and each page is of one night, which it names. Pages are
kept in memory, 64 MiB of them, until the files that they were made of change.

Only this machine may look, unless --listen names another address, for which
--token-file is needed: scripts send the token as "Authorization: Bearer TOKEN",
browsers log in with it. The server speaks plain http: beyond this machine put it
behind a proxy that speaks https, and give the proxy's name with --host. The proxy
must pass the Host of requests on, and set X-Forwarded-Proto.`,
		Example: `  hubgraph serve
  hubgraph serve --listen 127.0.0.1:8080
  hubgraph serve --listen 10.0.0.5:8080 --token-file /etc/hubgraph/serve-token`,
		Args: takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			guard, err := a.guard(listen, tokenFile, hosts)
			if err != nil {
				return err
			}
			portal, err := a.portal()
			if err != nil {
				return err
			}
			memory, err := a.memory.OrDefault(cmd.Context())
			if err != nil {
				return err
			}
			explorer := reporting.NewExplorer(duckdb.Of(portal, memory), a.loaded.own(), a.commands())
			if err := explorer.Ready(cmd.Context()); err != nil {
				return err
			}
			listener, err := net.Listen("tcp", listen)
			switch {
			case errors.Is(err, syscall.EADDRINUSE):
				return usage("--listen %s: another program has this port: choose another one, or 0 for a free one", listen)
			case err != nil:
				return fmt.Errorf("--listen %s: %w", listen, errors.Unwrap(err))
			}
			fmt.Fprintf(a.stdout, "http://%s\n", listener.Addr())
			return web.Serve(cmd.Context(), listener, guard.Around(web.Explorer(explorer)))
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	cmd.Flags().StringVar(&tokenFile, "token-file", "", "file with the token that every request needs; its owner's alone")
	cmd.Flags().StringArrayVar(&hosts, "host", nil, "name by which a proxy is reached; may be repeated")
	return cmd
}

// guard is who may look: whoever is on this machine, or has the token.
func (a *app) guard(listen, tokenFile string, hosts []string) (web.Guard, error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return web.Guard{}, usage("--listen %s is no address: write HOST:PORT, such as 127.0.0.1:8080", listen)
	}
	guard := web.Guard{Host: host, Names: hosts}
	for _, name := range hosts {
		if name == "" || strings.ContainsAny(name, ":/ ") {
			return guard, usage("--host %q is no name of a host: write one such as crm.example, without https:// and port", name)
		}
	}
	address, err := netip.ParseAddr(host)
	switch local := err == nil && address.IsLoopback() || host == "localhost"; {
	case tokenFile == "" && len(hosts) > 0:
		return guard, usage("--host %s: others can reach this name, so that --token-file is needed, which names a file with a token", hosts[0])
	case tokenFile == "" && local:
		return guard, nil
	case tokenFile == "":
		return guard, usage("--listen %s: others can reach this address, so that --token-file is needed, which names a file with a token", listen)
	}
	token, err := secrets.InFile(tokenFile, "the file of --token-file", a.getenv(secrets.DirectoryVariable))
	if err != nil {
		return guard, err
	}
	if guard.Token = strings.TrimSpace(string(token)); len(guard.Token) < web.LeastToken {
		return guard, usage("--token-file %s: the token is shorter than %d characters, and might be guessed: `openssl rand -hex 32` prints a good one", tokenFile, web.LeastToken)
	}
	return guard, nil
}
