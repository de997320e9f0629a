package lake

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// IDLayout is the time layout of the ids of snapshots and audits.
const IDLayout = "20060102T150405Z"

var idPattern = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}Z(-([2-9]|[1-9][0-9]+))?$`)

// checkID keeps what is no id from becoming the name of a folder.
func checkID(id string) error {
	if !idPattern.MatchString(id) {
		return fmt.Errorf("%q is no id of a snapshot or audit: they look like 20261122T020000Z", id)
	}
	return nil
}

// splitID cuts an id into its time and its number, which is 1 where none is
// written.
func splitID(id string) (base string, n int) {
	base, number, ok := strings.Cut(id, "-")
	if n, _ = strconv.Atoi(number); !ok {
		n = 1
	}
	return base, n
}

// CompareIDs orders ids by time, then number: …Z, …Z-2, …Z-10.
func CompareIDs(a, b string) int {
	aBase, aN := splitID(a)
	bBase, bN := splitID(b)
	return cmp.Or(strings.Compare(aBase, bBase), cmp.Compare(aN, bN))
}

// numbered is the nth of several equal names.
func numbered(name string, n int) string {
	if n < 2 {
		return name
	}
	return name + "-" + strconv.Itoa(n)
}

// nextID is the id for a start in time: after all that are taken, so that ids
// never go back, not even where the clock does.
func nextID(start time.Time, taken []string) string {
	id := start.UTC().Format(IDLayout)
	for _, t := range taken {
		if CompareIDs(t, id) >= 0 {
			base, n := splitID(t)
			id = numbered(base, n+1)
		}
	}
	return id
}

// NewID is the id for a snapshot whose crawl started then: the second in UTC,
// with -2, -3, … if that is taken or lies before the newest snapshot's. The id of
// a snapshot that was forgotten stays taken.
func (p *Portal) NewID(start time.Time) string { return nextID(start, p.snapshotIDs()) }

// snapshotIDs are the ids of snapshots that exist or were forgotten.
func (p *Portal) snapshotIDs() []string {
	return p.ids(p.within(lakeDir), "snapshot=", "incomplete=", forgottenPrefix)
}

// NewAuditID is the id for an audit that started then.
func (p *Portal) NewAuditID(start time.Time) string {
	return nextID(start, p.ids(p.within(auditsDir), "audit="))
}

// ids lists the ids in a folder. One that cannot be read holds none: writing to it
// will say why.
func (d *Data) ids(dir string, prefixes ...string) []string {
	var ids []string
	names, _ := d.list(dir)
	for _, name := range names {
		for _, prefix := range prefixes {
			if id, ok := strings.CutPrefix(name, prefix); ok && checkID(id) == nil {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// path is where a path within the data folder lies.
func (d *Data) path(rel string) string { return filepath.Join(d.dir, filepath.FromSlash(rel)) }
