package queries

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// mostExceptions is how many exceptions of a policy are named.
const mostExceptions = 5

// WriteLearned writes policies as they would stand in hubgraph.yaml, each behind a comment
// that says what it rests on.
func WriteLearned(w io.Writer, policies []Learned) error {
	var b strings.Builder
	if len(policies) == 0 {
		fmt.Fprintf(&b, "# No policy holds for 99 %% of at least %d records.\n", leastRecords)
	} else {
		fmt.Fprintf(&b, "# What holds for at least 99 %% of at least %d records. Nothing was written: what is meant\n# so can be copied into hubgraph.yaml.\nchecks:\n", leastRecords)
	}
	last := ""
	for _, p := range policies {
		if p.setting() != last {
			last = p.setting()
			fmt.Fprintf(&b, "  %s:\n", last)
		}
		fmt.Fprintf(&b, "    # %s\n    %s\n", p.support(), p.yaml())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// support says for how many records a policy holds, and for which it does not.
func (l Learned) support() string {
	exceptions := int64(len(l.Exceptions))
	hundredths := 10_000 * (l.Records - exceptions) / l.Records // of a percent, rounded down
	text := fmt.Sprintf("holds for %d of %d (%d.%02d %%)", l.Records-exceptions, l.Records, hundredths/100, hundredths%100)
	if exceptions == 0 {
		return text
	}
	named := l.Exceptions[:min(exceptions, mostExceptions)]
	text += ", not for " + strings.Join(named, ", ")
	if more := exceptions - int64(len(named)); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// yaml is the policy as a line of YAML.
func (l Learned) yaml() string {
	switch l.setting() {
	case "exclusive_labels":
		var labels []string
		for _, s := range l.Settings {
			labels = append(labels, quoted(s.Value))
		}
		return "- [" + strings.Join(labels, ", ") + "]"
	case "required_labels":
		name, fields := "", []string{}
		for _, s := range l.Settings {
			parts := strings.Split(s.Key, ":") // the setting, the role, the field
			value := quoted(s.Value)
			switch name = parts[1]; parts[2] {
			case "labels":
				value = "[" + value + "]"
			case "from_amount":
				value = s.Value
			}
			fields = append(fields, parts[2]+": "+value)
		}
		return name + ": {" + strings.Join(fields, ", ") + "}"
	}
	return "- " + quoted(l.Settings[0].Value)
}

// quoted is a text in YAML, which takes it as JSON has it.
func quoted(text string) string {
	quoted, _ := json.Marshal(text) // any text can be
	return string(quoted)
}

// WriteLearnedJSON writes policies as a JSON array.
func WriteLearnedJSON(w io.Writer, policies []Learned) error {
	type row struct {
		Check      string   `json:"check"`
		Setting    string   `json:"setting"`
		Policy     string   `json:"policy"`
		Records    int64    `json:"records"`
		Exceptions []string `json:"exceptions"`
	}
	out := []row{}
	for _, p := range policies {
		out = append(out, row{p.Check, p.setting(), p.yaml(), p.Records, append([]string{}, p.Exceptions...)})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}
