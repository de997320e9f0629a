// Package nearest finds the names that a misspelt word may stand for.
package nearest

import (
	"cmp"
	"slices"
	"strings"
)

// most is how many names Guess gives.
const most = 3

// Sort returns names, each once, those first that are written most like word.
func Sort(word string, names []string) []string {
	distances := map[string]int{}
	for _, name := range names {
		distances[name] = Distance(word, name)
	}
	sorted := slices.Clone(names)
	slices.SortFunc(sorted, func(a, b string) int {
		return cmp.Or(cmp.Compare(distances[a], distances[b]), strings.Compare(a, b))
	})
	return slices.Compact(sorted)
}

// Guess returns up to three of names that word may have been meant for, the nearest
// first: those that it becomes by changing one letter and one more for every four of
// theirs, and those that it is a part of, if it has more than three letters. Of the first
// only the nearest are taken, of the others those that are a letter longer, too.
func Guess(word string, names []string) []string {
	near := slices.DeleteFunc(Sort(word, names), func(name string) bool {
		return !contains(name, word) && Distance(word, name) > 1+len(name)/4
	})
	for i, name := range near {
		slack := 0
		if contains(name, word) {
			slack = 1
		}
		if i == most || Distance(word, name) > Distance(word, near[0])+slack {
			return near[:i]
		}
	}
	return near
}

// contains reports whether a word is a part of a name, and long enough to mean it.
func contains(name, word string) bool {
	return len(word) > 3 && strings.Contains(strings.ToLower(name), strings.ToLower(word))
}

// Question asks whether one of the names that Guess returns was meant, as "did you
// mean crawl or draw?". It is empty where there is none.
func Question(word string, names []string) string {
	near := Guess(word, names)
	if len(near) == 0 {
		return ""
	}
	return "did you mean " + strings.Join(near, " or ") + "?"
}

// Distance counts the letters to insert, delete or replace that make a of b, in small
// letters (the Levenshtein distance).
func Distance(a, b string) int {
	from, to := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range from {
		corner := row[0]
		row[0] = i + 1
		for j, y := range to {
			replaced := corner
			if x != y {
				replaced++
			}
			corner = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
