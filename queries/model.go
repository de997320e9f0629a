package queries

import (
	"fmt"
	"strings"
)

// CheckSetting is a setting that a check reads.
type CheckSetting struct{ Name, Type, Default string }

type Model struct{ Name, SQL string }

func (c Check) Models() []Model { return nil }

// Inline puts queries in the place of tables.
func Inline(query string, replaced map[string]string) string {
	if len(replaced) == 0 {
		return query
	}
	var parts []string
	for name, q := range replaced {
		parts = append(parts, fmt.Sprintf("%s AS (%s)", name, q))
	}
	return "WITH " + strings.Join(parts, ", ") + "\nSELECT * FROM (" + query + "\n)"
}

// Advice is what to do about what a check finds; empty where there is no such check.
func Advice(id string) string { return "" }
