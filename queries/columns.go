package queries

import (
	"maps"
	"reflect"
	"strings"
	"sync"
)

// ColumnComment is what a column of the check's query means: what its header says; else
// what is said of the column of that name in findings, or in one of the models whose
// columns checks show as they are. It is empty where none of them says it.
func (c Check) ColumnComment(name string) string {
	if own := c.Columns[name]; own != "" {
		return own
	}
	return sharedColumns()[name]
}

// shownModels are models whose columns checks show as they are, the less general first.
var shownModels = []string{"link_types", "settled_deals", "live"}

// sharedColumns are the columns that mean the same in every check.
var sharedColumns = sync.OnceValue(func() map[string]string {
	shared := map[string]string{
		"from_name": "Name of the record that the association starts from; null for people, unless their names were asked for",
		"to_name":   "Name of the record that the association leads to; null for people, unless their names were asked for",
	}
	byName := map[string]Model{}
	for _, m := range models() {
		byName[m.Name] = m
	}
	for _, model := range shownModels {
		for _, c := range byName[model].Columns {
			shared[c.Name] = c.Comment
		}
	}
	maps.Copy(shared, registerColumns())
	return shared
})

// registerColumns are the columns of findings with what they mean.
func registerColumns() map[string]string {
	columns := map[string]string{}
	for field := range reflect.TypeFor[Finding]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("parquet"), ",")
		columns[name] = field.Tag.Get("comment")
	}
	return columns
}
