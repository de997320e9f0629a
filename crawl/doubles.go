package crawl

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// once keeps one of the rows that have the same key, in the order of keys. Of rows
// that differ it is the one that better puts first, or else the one whose text is
// first, not the one that came first: two crawls of a portal keep the same. Where rows
// differ, differ is called with what is kept and what is not.
func once[Row any](rows []Row, key func(Row) string, better func(a, b Row) int, differ func(kept, dropped Row)) []Row {
	text := func(r Row) string {
		b, err := json.Marshal(r)
		if err != nil {
			panic(err) // rows are plain structs
		}
		return string(b)
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Row) int {
		if c := strings.Compare(key(a), key(b)); c != 0 {
			return c
		}
		return cmp.Or(better(a, b), strings.Compare(text(a), text(b)))
	})
	kept := rows[:0]
	for _, r := range rows {
		if n := len(kept); n == 0 || key(kept[n-1]) != key(r) {
			kept = append(kept, r)
		} else if text(kept[n-1]) != text(r) {
			differ(kept[n-1], r)
		}
	}
	return kept
}
