package sim

import (
	"cmp"
	"slices"
	"strconv"
)

// edgeFaults are odd rows among the associations of a record: the one towards
// another record, or that to the lowest id of a page; and of its types the lowest.
var edgeFaults = map[string]faultKind{
	"type-no-category":  oddType("an association type without category", func(kind map[string]any) { delete(kind, "category") }),
	"type-no-id":        oddType("an association type without typeId", func(kind map[string]any) { delete(kind, "typeId") }),
	"type-strange":      oddType("an association type of a category that nobody knows, which HubSpot may well add", func(kind map[string]any) { kind["category"] = "UNHEARD_OF" }),
	"type-label-number": oddType("an association type whose label is a number", func(kind map[string]any) { kind["label"] = 5 }),
	"types-empty":       oddEdge("an association without types", func(row map[string]any) { row["associationTypes"] = []any{} }),
	"types-missing":     oddEdge("an association that lacks associationTypes", func(row map[string]any) { delete(row, "associationTypes") }),
	"target-missing":    oddEdge("an association that lacks toObjectId", func(row map[string]any) { delete(row, "toObjectId") }),
}

func oddEdge(about string, edit func(map[string]any)) faultKind {
	return faultKind{about: about, aim: mustAim, param: numberParam("TO, else the lowest", "", 1, 1<<62), only: readsAssociations, edit: func(d *document, to string) {
		for _, p := range d.pages() {
			if row := edge(rows(p.holder, p.rows), to); row != nil && (p.rows == "results" || d.hits(p.holder)) {
				edit(row)
			}
		}
	}}
}

// edge finds the row towards a record, or towards the lowest.
func edge(list []any, to string) map[string]any {
	if to != "" {
		list = slices.DeleteFunc(slices.Clone(list), func(row any) bool { return strconv.FormatInt(rowTarget(row), 10) != to })
	}
	if len(list) == 0 {
		return nil
	}
	return slices.MinFunc(list, func(a, b any) int { return cmp.Compare(rowTarget(a), rowTarget(b)) }).(map[string]any)
}

func oddType(about string, edit func(map[string]any)) faultKind {
	return oddEdge(about, func(row map[string]any) {
		if types := rows(row, "associationTypes"); len(types) > 0 {
			edit(slices.MinFunc(types, func(a, b any) int { return cmp.Compare(typeNumber(a), typeNumber(b)) }).(map[string]any))
		}
	})
}

func typeNumber(kind any) int { return paramNumber(textOf(kind.(map[string]any)["typeId"])) }
