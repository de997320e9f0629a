package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hubgraph/export/lake"
	"hubgraph/hubspot/sim"
)

// zoneFile is a time zone with one offset from UTC and no other (RFC 8536).
func zoneFile(t *testing.T, offset time.Duration) string {
	t.Helper()
	b := append([]byte("TZif"), make([]byte, 16)...)
	for _, count := range []uint32{0, 0, 0, 0, 1, 4} { // one type, whose name takes four bytes
		b = binary.BigEndian.AppendUint32(b, count)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(int32(offset/time.Second)))
	b = append(b, "\x00\x00XXX\x00"...)
	name := filepath.Join(t.TempDir(), "zone")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestTheZoneChangesNothing crawls and audits a portal on machines of three time
// zones: the tables are equal, byte for byte, and so are findings and drawing.
func TestTheZoneChangesNothing(t *testing.T) {
	t.Parallel()
	server := sim.NewServer(sim.Generate(sim.Spec{Seed: 3, Contacts: 40}), sim.Options{})
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var want string
	for _, offset := range []time.Duration{0, 14 * time.Hour, -(3*time.Hour + 30*time.Minute)} {
		dir := filepath.Join(t.TempDir(), "data")
		call := func(args ...string) string {
			cmd := exec.Command("hubgraph", append(args, "--data", dir)...)
			cmd.Env = append(os.Environ(), "TZ="+zoneFile(t, offset), "HUBSPOT_ACCESS_TOKEN=any", "HUBSPOT_BASE_URL="+url)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%s, %v: %v, %s", offset, args, err, &stderr)
			}
			return string(out)
		}
		call("run", "--quiet", "--types", "contacts,companies,deals")
		folders, err := filepath.Glob(filepath.Join(dir, "lake", "*", "snapshot=*"))
		if err != nil || len(folders) != 1 {
			t.Fatalf("%v, %v", folders, err)
		}
		got := digestOf(t, folders[0]) + call("draw", "map") +
			call("sql", "--format", "json", "SELECT check_id, fingerprint, evidence FROM findings ORDER BY ALL") +
			call("sql", "--format", "json", "SELECT object_type, object_id, created_at, updated_at::VARCHAR, close_date FROM objects ORDER BY ALL")
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s from UTC:\n%s\nwant\n%s", offset, got, want)
		}
		_, id, _ := strings.Cut(filepath.Base(folders[0]), "=")
		if at, err := time.Parse(lake.IDLayout, id); err != nil || time.Since(at).Abs() > time.Hour {
			t.Errorf("%s from UTC: the snapshot is %s, %v", offset, folders[0], err)
		}
	}
}
