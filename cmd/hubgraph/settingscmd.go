package main

import (
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	config "hubgraph/internal/settings"
)

// settingsInForce is the command settings. It takes the flags of all commands, without
// showing them, to report what they would do.
func (a *app) settingsInForce(root *cobra.Command) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "settings",
		Short: "Print every setting with its value and where that is from",
		Long: `Print the settings that are in force: their values, and whether these are from a
flag, the environment, ` + settingsFile + ` (with the line) or nowhere but the default.
It takes the flags of all commands. Of a secret it prints that it is set.

Exit code 64: ` + settingsFile + ` or ` + waiversFile + ` is wrong; each fault is a line on stderr.`,
		Example: "  hubgraph settings\n  hubgraph settings --format json",
		Args:    takes(0),
		RunE: func(*cobra.Command, []string) error {
			s := a.loaded
			rules, err := s.rules("")
			if err != nil {
				return err
			}
			list := s.InForce("notify", "token", "oauth") // the simulator's are secrets to those who test against it
			if len(rules.Waivers) > 0 {
				list = append(list, config.NewValue("waivers", strconv.Itoa(len(rules.Waivers)), config.FromFile, waiversFile))
			}
			list = append(list, a.secretsInForce()...)
			return a.print(format, object(list), a.table(config.Table(list)))
		},
	}
	formatFlag(cmd.Flags(), &format)
	config.EachFlag(root, func(f *pflag.Flag) {
		if !config.Approves(f.Name) && root.PersistentFlags().Lookup(f.Name) == nil && cmd.Flags().Lookup(f.Name) == nil {
			hidden := *f
			hidden.Hidden = true
			cmd.Flags().AddFlag(&hidden)
		}
	})
	return withKeys(cmd, root)
}

// secretsInForce says which secrets there are, and not what they are.
func (a *app) secretsInForce() []config.Value {
	var list []config.Value
	for _, name := range secretNames() {
		if path := a.getenv(name + "_FILE"); path != "" {
			list = append(list, config.NewValue(name, "in the file "+path, config.FromEnvironment, name+"_FILE"))
		} else if a.getenv(name) != "" {
			list = append(list, config.NewValue(name, "set", config.FromEnvironment, name))
		}
	}
	return list
}

// sayUnread warns of variables that nothing reads.
func (a *app) sayUnread() {
	if a.environ == nil {
		return
	}
	var read []string
	for _, v := range environment {
		read = append(read, v.name)
	}
	for _, name := range secretNames() {
		read = append(read, name, name+"_FILE")
	}
	for _, sentence := range config.Unread(a.environ(), read, a.loaded.Catalog().Keys) {
		a.display().Say("warning: %s", sentence)
	}
}
