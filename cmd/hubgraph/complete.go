package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/manual"
	"hubgraph/internal/nightly"
	"hubgraph/queries"
	"hubgraph/queries/report"
	"hubgraph/repair"
)

// words are what can stand in a place of a command line. A tab is before what is said of a
// word. Where they cannot be known, for lack of a data folder say, there are none: nobody
// wants an error instead of a completion.
type words func(cmd *cobra.Command) []string

// mostOffered is how many findings are offered: those that `hubgraph findings` lists first.
const mostOffered = 200

// completions has the shell complete the values of flags, and the arguments of commands.
func (a *app) completions(root *cobra.Command) {
	nights := func(more ...string) words {
		return func(cmd *cobra.Command) []string { return append(a.snapshotIDs(cmd), more...) }
	}
	flags := map[string]words{
		"check":        a.checkIDs,
		"snapshot":     nights(),
		"baseline":     nights(lake.LastComplete, lake.LastAccepted, lake.NoBaseline),
		"diff":         nights("baseline"),
		"restore-from": nights(lake.LastComplete, lake.LastAccepted),
		"types":        objectTypes,
		"fault":        faultNames,
		"fail-on":      fixed("critical", "high", "medium", "low"),
		"rule":         fixed(repair.Rules()...),
		"force-class":  fixed(repair.Classes()...),
		"api-version":  fixed(hubspot.DefaultAPIVersion, "v4"),
	}
	arguments := map[string]words{
		"checks": a.checkIDs, "accept": nights(), "snapshots verify": nights(), "diff": nights(lake.LastComplete, lake.LastAccepted),
		"findings": a.fingerprints, "waive": a.fingerprints, "draw finding": a.fingerprints, "repair undo": a.repairRuns,
		"label list": objectTypes, "label create": objectTypes, "label update": objectTypes, "label delete": objectTypes, "label limit": objectTypes,
	}
	manual.Each(root, func(cmd *cobra.Command) {
		if give := arguments[strings.TrimPrefix(cmd.CommandPath(), root.Name()+" ")]; give != nil {
			cmd.ValidArgsFunction = offer(give)
		}
		cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			give := flags[f.Name]
			if list := f.Annotations["words"]; list != nil {
				give = fixed(list...)
			}
			if give != nil {
				_ = cmd.RegisterFlagCompletionFunc(f.Name, offer(give)) // there is such a flag, and it has none yet
			}
		})
	})
}

// offer is words as cobra asks for them: those that begin as what is typed, behind the
// last comma of a list.
func offer(give words) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndexByte(typed, ',')+1]
		var list []cobra.Completion
		for _, word := range give(cmd) {
			if strings.HasPrefix(before+word, typed) {
				list = append(list, before+word)
			}
		}
		directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		if len(list) > 0 && strings.HasSuffix(strings.SplitN(list[0], "\t", 2)[0], "=") {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		return list, directive
	}
}

// fixed are words that are always the same.
func fixed(list ...string) words { return func(*cobra.Command) []string { return list } }

// checkIDs are the checks, and those of the user.
func (a *app) checkIDs(cmd *cobra.Command) []string {
	_, _ = a.settings(cmd) // without them there are the checks of the program
	var list []string
	for _, c := range queries.With(a.loaded.own()...) {
		list = append(list, c.ID+"\t"+c.Title)
	}
	return list
}

func objectTypes(*cobra.Command) []string {
	var list []string
	for _, t := range hubspot.StandardTypes() {
		list = append(list, t.Name)
	}
	return list
}

func faultNames(*cobra.Command) []string {
	var list []string
	for _, f := range sim.FaultKinds() {
		list = append(list, f.Name+"=\t"+f.About)
	}
	return list
}

// completed is the portal of the data folder that a command line names on its way.
func (a *app) completed(cmd *cobra.Command) (*lake.Portal, error) {
	if _, err := a.settings(cmd); err != nil {
		return nil, err
	}
	return a.portal()
}

// snapshotIDs are the snapshots, the newest first.
func (a *app) snapshotIDs(cmd *cobra.Command) []string {
	portal, err := a.completed(cmd)
	if err != nil {
		return nil
	}
	entries, _ := portal.Snapshots()
	var list []string
	for _, e := range slices.Backward(entries) {
		list = append(list, e.ID)
	}
	return list
}

// fingerprints are those of the open findings.
func (a *app) fingerprints(cmd *cobra.Command) []string {
	s, err := a.settings(cmd)
	if err != nil {
		return nil
	}
	r, err := nightly.Findings(cmd.Context(), s.String("data"), a.memory, queries.Filter{State: queries.OnlyOpen})
	if err != nil {
		return nil
	}
	var list []string
	for _, f := range r.Findings[:min(len(r.Findings), mostOffered)] {
		list = append(list, f.Fingerprint[:12]+"\t"+f.CheckID+" "+report.Subject(f.Finding))
	}
	return list
}

// repairRuns are the runs that applied plans, the newest first.
func (a *app) repairRuns(cmd *cobra.Command) []string {
	s, err := a.settings(cmd)
	if err != nil {
		return nil
	}
	runs, _ := nightly.RepairStatus(s.String("data"))
	var list []string
	for _, r := range slices.Backward(runs) {
		list = append(list, r.RunID)
	}
	return list
}
