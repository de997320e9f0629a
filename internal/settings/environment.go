package settings

import (
	"fmt"
	"slices"
	"strings"

	"hubgraph/internal/nearest"
)

// The beginnings of the names of variables: ours, and those that HubSpot's other tools
// have, too.
const (
	ours   = "HUBGRAPH_"
	shared = "HUBSPOT_"
)

// Unread returns a sentence for each variable of the environment (NAME=VALUE) that is
// set and that nothing reads, by name: of all HUBGRAPH_…, and of those HUBSPOT_… that
// are one or two letters from one that is read. Others may be another program's, and so
// may one that only goes on where ours ends (HUBSPOT_ACCESS_TOKEN_2). read are the names
// of the variables that are read, keys those of the settings file.
func Unread(environ, read []string, keys []Key) []string {
	var set []string
	for _, variable := range environ {
		if name, value, _ := strings.Cut(variable, "="); value != "" {
			set = append(set, name)
		}
	}
	var sentences []string
	for _, name := range slices.Sorted(slices.Values(set)) {
		if slices.Contains(read, name) {
			continue
		}
		var advice string
		if rest, ok := strings.CutPrefix(name, ours); ok {
			advice = meant(rest, name, read, keys)
		} else if strings.HasPrefix(name, shared) {
			near := nearest.Sort(name, read)
			if len(near) == 0 || nearest.Distance(name, near[0]) > 2 || strings.HasPrefix(name, near[0]) {
				continue
			}
			advice = "did you mean " + near[0] + "?"
		} else {
			continue
		}
		sentences = append(sentences, fmt.Sprintf("%s is set, and nothing reads it: %s", name, advice))
	}
	return sentences
}

// meant says what a variable of ours may have been meant for.
func meant(rest, name string, read []string, keys []Key) string {
	key := strings.ToLower(rest)
	if slices.ContainsFunc(keys, func(k Key) bool { return underscored(k.Name) == key }) {
		return fmt.Sprintf("write %s into hubgraph.yaml instead", key)
	}
	return orElse(nearest.Question(name, read), "unset it")
}
