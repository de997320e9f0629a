//go:build linux && (amd64 || arm64)

package failat

import (
	"fmt"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
)

// Tally counts how runs ended in which an operation failed. It may be used by many
// goroutines.
type Tally struct {
	mu   sync.Mutex
	ends map[kind]*ends
}

type kind struct {
	class Class
	errno syscall.Errno
}

type ends struct{ errors, successes int }

// Add counts a run, which succeeded in spite of the fault or ended with an error.
func (t *Tally) Add(f Fault, succeeded bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := kind{f.Class, f.Errno}
	if t.ends == nil {
		t.ends = map[kind]*ends{}
	}
	if t.ends[k] == nil {
		t.ends[k] = &ends{}
	}
	if succeeded {
		t.ends[k].successes++
	} else {
		t.ends[k].errors++
	}
}

// String is a table with a row for each class and reason.
func (t *Tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "operation\tfails with\truns\terrors\tsuccesses\t")
	for _, class := range Classes() {
		for _, errno := range Reasons() {
			if e := t.ends[kind{class, errno}]; e != nil {
				fmt.Fprintf(w, "%s\t%v\t%d\t%d\t%d\t\n", class, errno, e.errors+e.successes, e.errors, e.successes)
			}
		}
	}
	w.Flush()
	return b.String()
}
