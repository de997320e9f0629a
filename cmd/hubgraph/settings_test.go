package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	config "hubgraph/internal/settings"
)

// samples are values of the flags for which any text will not do, and no default.
var samples = map[string]string{
	"api_version": "v4", "base_url": "http://127.0.0.1:9", "baseline": "accepted", "check": "[edge_label_changed]", "daily_reserve": "5%",
	"directions": "smaller", "lanes": "list", "except": "3", "fail_on": "low", "format": "json", "keep_daily": "3", "keep_last": "unlimited", "keep_monthly": "1",
	"group_by": "check", "keep_weekly": "2", "state": "new", "memory": "2GB", "properties": "{contacts: [jobtitle]}", "rate_share": "0.5", "seed": "18446744073709551615",
}

func sample(key config.Key) string {
	if text, ok := samples[strings.ReplaceAll(key.Name, "-", "_")]; ok {
		return text
	}
	return map[config.Kind]string{config.Text: "any text", config.Bool: "true", config.Count: "3", config.Time: "7h",
		config.List: "[one, two]", config.Lines: `["one, two"]`}[key.Kind]
}

// TestEveryFlagIsASetting writes all flags of all commands into the settings file, in
// either spelling, and has each reported with its line.
func TestEveryFlagIsASetting(t *testing.T) {
	keys := config.NewCatalog((&app{env: &env{}}).root(), flagChecks).Keys
	if len(keys) < 30 {
		t.Fatalf("there are only %d flags", len(keys))
	}
	t.Chdir(t.TempDir())
	for _, hyphens := range []bool{true, false} {
		var text strings.Builder
		lines := map[string]int{}
		for _, key := range keys {
			if config.Approves(key.Name) {
				continue
			}
			underscored := strings.ReplaceAll(key.Name, "-", "_")
			lines[underscored] = len(lines) + 1
			name := underscored
			if hyphens {
				name = key.Name
			}
			fmt.Fprintf(&text, "%s: %s\n", name, sample(key))
		}
		if err := os.WriteFile(settingsFile, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		var stdout, stderr bytes.Buffer
		e := &env{stdout: &stdout, stderr: &stderr, getenv: func(string) string { return "" }}
		if code := run(t.Context(), e, []string{"settings"}); code != 0 {
			t.Fatalf("exit code %d: %s\n%s", code, stderr.String(), text.String())
		}
		var rows []config.Value
		if err := json.Unmarshal(stdout.Bytes(), &rows); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			want, ok := lines[row.Name]
			if place := fmt.Sprintf("%s:%d", settingsFile, want); ok && (row.Place == nil || *row.Place != place) {
				t.Errorf("%s: %v, want %s", row.Name, row, place)
			}
			if s := fmt.Sprint(row.Value); row.Name == "token" && s != "set" || row.Name == "contacts" && s != "3" || row.Name == "types" && s != "[one two]" || row.Name == "properties" && s != "[contacts=jobtitle]" {
				t.Errorf("%s is %s", row.Name, s)
			}
			delete(lines, row.Name)
		}
		if len(lines) > 0 {
			t.Errorf("not reported: %v", lines)
		}
	}
}

var yamlBlock = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")

// TestSettingsDocument loads the settings and the waivers that docs/settings.md shows.
func TestSettingsDocument(t *testing.T) {
	blocks := yamlBlock.FindAllStringSubmatch(readFile(t, "../../docs/settings.md"), -1)
	if len(blocks) != 2 {
		t.Fatalf("docs/settings.md has %d blocks of YAML", len(blocks))
	}
	known := config.NewCatalog((&app{env: &env{}}).root(), flagChecks)
	file, err := config.Parse(settingsFile, []byte(blocks[0][1]), known)
	if err != nil {
		t.Fatal(err)
	}
	if o := file.Audit.Checks["deal_without_contact"]; o.Gate == nil || *o.Gate != "percent > 5" || !file.Audit.Checks["edge_label_changed"].Off {
		t.Errorf("%+v", file.Audit)
	}
	waivers, err := config.ParseWaivers(waiversFile, []byte(blocks[1][1]), known)
	if err != nil || len(waivers) != 2 {
		t.Errorf("%v, %v", waivers, err)
	}
}
