package settings

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// approvals are the flags by which a person means one write, and not every one.
var approvals = []string{"execute", "approve", "yes", "with-associations"}

// Approves reports whether a flag is an approval, which the file cannot give.
func Approves(flag string) bool { return slices.Contains(approvals, flag) }

// Flags are the keys that the flags of a command and of all below it give, but those
// that ask for help. check are what their values must be beside what their types say.
func Flags(root *cobra.Command, check map[string]func(string) error) []Key {
	var keys []Key
	EachFlag(root, func(f *pflag.Flag) {
		key := Key{Name: f.Name, Kind: kindOf(f), About: f.Usage, Check: check[f.Name]}
		if Approves(f.Name) {
			key.Check = func(string) error { return errors.New("what is written is approved on the command line only") }
		}
		list := key.Kind == List || key.Kind == Lines
		key.Some = list
		if i := slices.IndexFunc(keys, func(k Key) bool { return k.Name == f.Name }); i < 0 {
			keys = append(keys, key)
		} else if list { // what one command takes once, another takes many times
			keys[i] = key
		}
	})
	return keys
}

// EachFlag visits the flags of a command and of all below it that are not hidden, but
// those that ask for help.
func EachFlag(cmd *cobra.Command, visit func(*pflag.Flag)) {
	for _, flags := range []*pflag.FlagSet{cmd.PersistentFlags(), cmd.LocalNonPersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) {
			if !strings.HasPrefix(f.Name, "help") && !f.Hidden {
				visit(f)
			}
		})
	}
	for _, below := range cmd.Commands() {
		if !NeedsNone(below) {
			EachFlag(below, visit)
		}
	}
}

// NeedsNone reports whether a command is one of those that cobra makes, which must work
// whatever the settings are.
func NeedsNone(cmd *cobra.Command) bool {
	for ; cmd.HasParent(); cmd = cmd.Parent() {
		if name := cmd.Name(); name == "help" || name == "completion" || strings.HasPrefix(name, "__") {
			return true
		}
	}
	return false
}

// kindOf is what the file may hold for a flag.
func kindOf(f *pflag.Flag) Kind {
	switch f.Value.Type() {
	case "bool":
		return Bool
	case "int", "int64":
		return Count
	case "duration":
		return Time
	case "stringSlice":
		return List
	case "stringArray":
		return Lines
	}
	return Text
}
