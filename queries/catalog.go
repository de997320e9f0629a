package queries

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// CatalogTable is a table of checks for a person: a row for each.
func CatalogTable(checks []Check) (header []string, rows [][]string) {
	for _, c := range checks {
		repair := c.Repair
		if repair == "" {
			repair = "-"
		}
		rows = append(rows, []string{c.ID, string(c.Severity), c.Title, c.Gate.String(), repair})
	}
	return []string{"CHECK", "SEVERITY", "FINDS", "FAILS ON", "REPAIR"}, rows
}

// jsonCatalogCheck is a check for scripts; keys are only ever added.
type jsonCatalogCheck struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Severity    Severity `json:"severity"`
	Kind        Kind     `json:"kind"`
	Description string   `json:"description"`
	Advice      string   `json:"advice"`
	Needs       []string `json:"needs"`
	Universe    string   `json:"universe"`
	Identity    []string `json:"identity"`
	Gate        string   `json:"gate"`
	Repair      *string  `json:"repair"` // null: hubgraph cannot repair it
	Tags        []string `json:"tags"`
	Maturity    string   `json:"maturity"`
	SQL         string   `json:"sql"`
}

// WriteCatalogJSON writes checks as a JSON array.
func WriteCatalogJSON(w io.Writer, checks []Check) error {
	out := []jsonCatalogCheck{}
	for _, c := range checks {
		out = append(out, c.forScripts())
	}
	text, err := indented(out)
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// forScripts is the check as scripts read it.
func (c Check) forScripts() jsonCatalogCheck {
	j := jsonCatalogCheck{ID: c.ID, Title: c.Title, Severity: c.Severity, Kind: c.Kind, Description: c.Description, Advice: c.Advice(""), Needs: []string{},
		Universe: c.Universe, Identity: c.Identity, Gate: c.Gate.String(), Tags: c.Tags, Maturity: c.Maturity, SQL: c.SQL}
	for _, n := range c.Needs {
		j.Needs = append(j.Needs, n.String())
	}
	if c.Repair != "" {
		j.Repair = &c.Repair
	}
	return j
}

// indented is a value as JSON that people can read, too.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// WriteText writes a check for a person: what it finds and why that matters,
// what it needs, and its SQL, ready to be pasted.
func (c Check) WriteText(w io.Writer) error {
	var needs []string
	for _, n := range c.Needs {
		needs = append(needs, n.String())
	}
	repair := "none"
	if command := c.RepairCommand(""); command != "" {
		repair = "hubgraph " + command
	}
	_, err := fmt.Fprintf(w, "%s: %s\n\n%s\n\nseverity  %s (%s)\nfails on  %s\nneeds     %s\nrepair    %s\ntags      %s\n\n%s\n",
		c.ID, c.Title, wrap(c.Description), c.Severity, c.Maturity, c.Gate, strings.Join(needs, ", "), repair, strings.Join(c.Tags, ", "), c.SQL)
	return err
}

// wrap breaks a text into lines of up to 80 characters.
func wrap(s string) string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		if line != "" && len(line)+1+len(word) > 80 {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	return strings.Join(append(lines, line), "\n")
}
