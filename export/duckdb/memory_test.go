package duckdb

import (
	"testing"

	"hubgraph/internal/nights"
)

func TestParseMemory(t *testing.T) {
	for text, want := range map[string]Memory{"": 0, "2GB": 2e9, "512MiB": 512 << 20, "1.5 gib": 3 << 29, "64mb": 64e6} {
		if got, err := ParseMemory(text); err != nil || got != want {
			t.Errorf("ParseMemory(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"2", "GB", "2 XB", "-2GB", "63MB", "0GB", "NaNGB", "1e30TB", "2GB2"} {
		if got, err := ParseMemory(text); err == nil {
			t.Errorf("ParseMemory(%q) = %d, want an error", text, got)
		}
	}
}

// TestMemoryIsNeverWithoutALimit: a limit stays as it is, and without one it is that of DuckDB.
func TestMemoryIsNeverWithoutALimit(t *testing.T) {
	if got, err := Memory(100e6).OrDefault(t.Context()); err != nil || got != 100e6 {
		t.Errorf("with a limit: %d, %v", got, err)
	}
	if got, err := Memory(0).OrDefault(t.Context()); err != nil || got < smallest {
		t.Errorf("without one: %d, %v", got, err)
	}
}

// TestMemoryIsDuckDBs asks DuckDB for its limit.
func TestMemoryIsDuckDBs(t *testing.T) {
	d := openData(t)
	d.Memory = 200e6
	file, err := d.Build(t.Context(), Build{Snapshot: publish(t, d, nights.First(), "20261122T020000Z")})
	if err != nil {
		t.Fatal(err)
	}
	db, err := Open(file, 100e6)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var limit string
	if err := db.QueryRow("SELECT current_setting('memory_limit')").Scan(&limit); err != nil {
		t.Fatal(err)
	}
	if limit != "95.3 MiB" {
		t.Errorf("the limit is %s", limit)
	}
}
