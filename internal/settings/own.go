package settings

import (
	"fmt"
	"time"

	"hubgraph/queries"
)

// The keys about the checks of a user.
const (
	checksDir = "checks_dir" // the folder that holds them
	checkTime = "check_time" // how long each may run
)

// CheckTime is how long a check of a user may run where the file does not say it.
const CheckTime = 5 * time.Minute

// withOwn is the catalog with the checks of the folder that a settings file names. What is
// wrong with the file otherwise is for Parse, which needs them, to find.
func (c Catalog) withOwn(name string, text []byte) (Catalog, error) {
	found := reader{name: name, lines: map[string]int{}}
	root := found.document(text)
	if root == nil {
		return c, nil
	}
	for _, p := range found.pairs(root, "", underscored) {
		if p.key != checksDir {
			continue
		}
		dir, ok := found.scalar(checksDir, Text, p.value)
		if !ok {
			continue
		}
		own, err := queries.ReadOwn(dir)
		if err != nil {
			return c, fmt.Errorf("%s:%d: %s: %w", name, p.line, checksDir, err)
		}
		c = c.With(own)
	}
	return c, nil
}

// CheckTime is how long a check of the user may run.
func (l *Layers) CheckTime() time.Duration {
	if e, set := l.File.Entry(checkTime); set {
		span, _ := time.ParseDuration(e.Values[0]) // Parse took it
		return span
	}
	return CheckTime
}

// ChecksDir is the folder of the user's checks; empty: there is none.
func (l *Layers) ChecksDir() string {
	e, set := l.File.Entry(checksDir)
	if !set {
		return ""
	}
	return e.Values[0]
}
