package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hubgraph/repair"
)

// TestExpiredPlanIsRefused has a plan of the day before yesterday.
func TestExpiredPlanIsRefused(t *testing.T) {
	_, _, url := served(t, "portal 77\n")
	then := time.Now().Add(-48 * time.Hour)
	plan := &repair.Plan{PortalID: 77, SnapshotID: "20261122T020000Z", CreatedAt: then, ExpiresAt: then.Add(24 * time.Hour)}
	plan.Seal()
	name := filepath.Join(t.TempDir(), "plan.json")
	if err := plan.Write(name); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	e := &env{stdout: &stdout, stderr: &stderr, getenv: func(name string) string {
		return map[string]string{"HUBSPOT_ACCESS_TOKEN": "any", "HUBSPOT_BASE_URL": url}[name]
	}}
	if code := run(t.Context(), e, []string{"repair", "apply", name}); code != exitGuard {
		t.Errorf("exit code %d, want %d", code, exitGuard)
	}
	if said := stderr.String(); !strings.Contains(said, "expired") || !strings.Contains(said, "plan again") || strings.Count(said, "\n") != 1 || stdout.Len() > 0 {
		t.Errorf("it says %q and prints %q", said, stdout.String())
	}
}
