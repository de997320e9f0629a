package nightly

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
)

const (
	leastFree = 2 << 30             // bytes, for a night of a middling portal with room to spare
	soon      = 90 * 24 * time.Hour // before the support of an API version ends
	mayWrite  = 2                   // access(2)'s W_OK
)

// examineData looks whether a crawl could write to the data folder. One that is
// not there yet is not made.
func examineData(dir string, portal int64) Diagnosis {
	d := Diagnosis{"data", Healthy, dir + " can be written", ""}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		d.Text = dir + " will be made by the first crawl"
		for errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir) {
			dir = filepath.Dir(dir)
			_, err = os.Stat(dir)
		}
		if err := syscall.Access(dir, mayWrite); err != nil {
			return Diagnosis{d.Name, Failing, fmt.Sprintf("%s cannot be written (%v)", dir, err), "choose another --data"}
		}
	} else {
		data, err := lake.Open(dir)
		unlock := func() {}
		if err == nil {
			unlock, err = data.Lock()
		}
		switch {
		case errors.Is(err, lake.ErrLocked):
			return Diagnosis{d.Name, Ailing, err.Error(), ""}
		case err != nil:
			return Diagnosis{d.Name, Failing, err.Error(), ""}
		}
		defer unlock()
		if _, err := data.Portal(portal); portal != 0 && err != nil {
			return Diagnosis{d.Name, Failing, err.Error(), ""}
		}
	}
	return withFree(d, dir)
}

// withFree adds how much room there is.
func withFree(d Diagnosis, dir string) Diagnosis {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		d.Status, d.Text = Ailing, fmt.Sprintf("%s, and how much room is left is not known (%v)", d.Text, err)
		return d
	}
	free := uint64(fs.Bavail) * uint64(fs.Bsize)
	d.Text += fmt.Sprintf(", %.1f GB are free", float64(free)/1e9)
	if free < leastFree {
		d.Status, d.Advice = Ailing, "make room, or choose another --data"
	}
	return d
}

// examineVersions reports the versions, and how long HubSpot supports the API's.
func examineVersions(ctx context.Context, api, tool string) Diagnosis {
	d := Diagnosis{"versions", Healthy, "", ""}
	duckdb, err := duckdb.Version(ctx)
	if err != nil {
		return Diagnosis{d.Name, Failing, err.Error(), ""}
	}
	d.Text = fmt.Sprintf("hubgraph %s, DuckDB %s, %s, API %s", tool, duckdb, runtime.Version(), api)
	if until, known := hubspot.SupportedUntil(api); known {
		d.Text += ", which HubSpot supports until " + until.Format(time.DateOnly)
		if time.Until(until) < soon {
			d.Status, d.Advice = Ailing, "use a newer --api-version, or a newer hubgraph"
		}
	}
	return d
}
