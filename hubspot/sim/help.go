package sim

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteFacts lists the open questions about HubSpot.
func WriteFacts(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "fact\tvalues, the default first\twhat it decides; why that is the default")
	for _, f := range Facts() {
		fmt.Fprintf(table, "%s\t%s\t%s; %s\n", f.Switch, strings.Join(f.Values, ", "), f.About, f.Because)
	}
	return table.Flush()
}

// WriteFaults lists what can go wrong on purpose.
func WriteFaults(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "fault\tits parameter, in a fault file\twhat happens")
	for _, f := range FaultKinds() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.Name, f.Param, f.About)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprint(w, `
IDS are records, as 301 or 301,305 or deals:301. A fault that names some hits the
requests that hold one of them: as an input, as a row, or in the path; with xTIMES
the first TIMES that each of them is asked for at one path, as in
  hubgraph sim --fault 'poison:deals:301,305 x2 cut=1'
`)
	return err
}
