package main

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// kitchen is a plain folder in which recipes are run, against a simulated portal.
type kitchen struct {
	*testing.T
	dir, root, program string
	env                []string
}

func newKitchen(t *testing.T) *kitchen {
	t.Helper()
	_, _, url := served(t, "portal 77\ncontacts 101\ncompanies 201\ncontacts 101 -> companies 201\n")
	program, err := exec.LookPath("hubgraph")
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	k := &kitchen{t, t.TempDir(), root, program, nil}
	token := filepath.Join(k.dir, ".hubspot-token")
	if err := os.WriteFile(token, []byte("token\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	k.env = append(os.Environ(), "HOME="+k.dir, "HUBSPOT_BASE_URL="+url)
	return k
}

// file is the file of the recipes whose first line, a comment, begins with a name.
func (k *kitchen) file(name string) string {
	k.Helper()
	for _, m := range regexp.MustCompile("(?s)```[a-z]+\n# (.*?)\n(.*?)```").FindAllStringSubmatch(readFile(k.T, "../../docs/recipes.md"), -1) {
		if strings.HasPrefix(m[1], name) {
			return m[2]
		}
	}
	k.Fatalf("docs/recipes.md has no file %s", name)
	return ""
}

// here has a command use the program and the folders of the test.
func (k *kitchen) here(command string) string {
	return strings.NewReplacer("/usr/local/bin/hubgraph", k.program, "/var/lib/hubgraph", filepath.Join(k.dir, "data"), "/data", filepath.Join(k.dir, "data")).Replace(command)
}

// cook runs a command with a shell, which must succeed, and returns what it prints.
func (k *kitchen) cook(dir, command string, env ...string) string {
	k.Helper()
	cmd := exec.Command("sh", "-ec", k.here(command))
	cmd.Dir, cmd.Env = dir, append(k.env, env...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		k.Fatalf("%s: %v: %s%s", command, err, out, complaints.String())
	}
	return string(out)
}

// night makes sure that a data folder has a night.
func (k *kitchen) night(data string) {
	k.Helper()
	if found, _ := filepath.Glob(filepath.Join(k.dir, data, "lake", "portal=77", "snapshot=*", "manifest.json")); len(found) == 0 {
		k.Errorf("no night is in %s", data)
	}
}

func TestRecipeOfCron(t *testing.T) {
	k := newKitchen(t)
	line := strings.TrimSpace(k.file("crontab"))
	m := regexp.MustCompile(`^(?:[0-9*,/-]+\s+){5}(.*)$`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("no line of cron's: %s", line)
	}
	if out := k.cook(k.dir, m[1]); strings.Contains(out, "fail") {
		t.Errorf("it prints %s", out)
	}
	k.night("data")
	if text := readFile(t, nightsDocument); !strings.Contains(text, line) {
		t.Error("docs/nights.md has another line for cron")
	}
}

// unit reads a unit of systemd.
func (k *kitchen) unit(text string) map[string]string {
	k.Helper()
	keys, section := map[string]string{}, ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		key, value, assigns := strings.Cut(line, "=")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[' && line[len(line)-1] == ']':
			section = line[1 : len(line)-1]
		case assigns && section != "":
			keys[section+"."+key] = value
		default:
			k.Errorf("no line of a unit: %s", line)
		}
	}
	return keys
}

// TestRecipeOfSystemd runs what the units run, and has systemd judge them where it is there.
func TestRecipeOfSystemd(t *testing.T) {
	k := newKitchen(t)
	units := t.TempDir()
	var names []string
	texts := map[string]string{}
	for _, name := range []string{"hubgraph.service", "hubgraph-failed.service", "hubgraph.timer"} {
		texts[name] = k.file("/etc/systemd/system/" + name)
		names = append(names, filepath.Join(units, name))
		if err := os.WriteFile(filepath.Join(units, name), []byte(strings.ReplaceAll(texts[name], "/usr/local/bin/hubgraph", k.program)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	service, failed, timer := k.unit(texts["hubgraph.service"]), k.unit(texts["hubgraph-failed.service"]), k.unit(texts["hubgraph.timer"])
	if service["Unit.OnFailure"] != "hubgraph-failed.service" || service["Service.SuccessExitStatus"] != "" || service["Service.RestartForceExitStatus"] != "75" || timer["Timer.OnCalendar"] == "" {
		t.Errorf("the units are %v, %v", service, timer)
	}
	credential, _, _ := strings.Cut(service["Service.LoadCredential"], ":")
	credentials := t.TempDir()
	if err := os.WriteFile(filepath.Join(credentials, credential), []byte("token\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	k.cook(k.dir, service["Service.ExecStart"], "CREDENTIALS_DIRECTORY="+credentials)
	k.night("data")
	if out := k.cook(k.dir, failed["Service.ExecStart"]); !strings.Contains(out, "snapshot") {
		t.Errorf("after a failure it prints %q", out)
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return // the units were read and run above
	}
	cmd := exec.Command(analyze, append([]string{"verify", "--man=no"}, names...)...)
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "hubgraph") {
		t.Errorf("systemd-analyze verify: %v: %s", err, out)
	}
}

// TestRecipeOfGitHubActions runs the steps that are commands, in their order.
func TestRecipeOfGitHubActions(t *testing.T) {
	k := newKitchen(t)
	var workflow struct {
		On   struct{ Schedule []struct{ Cron string } }
		Jobs map[string]struct {
			Steps []struct {
				Uses, Run, If string
				Dir           string `yaml:"working-directory"`
				Env           map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(k.file(".github/workflows/hubgraph.yml")), &workflow); err != nil || len(workflow.On.Schedule) != 1 {
		t.Fatalf("%+v, %v", workflow, err)
	}
	bin, summary := t.TempDir(), filepath.Join(k.dir, "summary.md")
	ran := 0
	for _, step := range workflow.Jobs["audit"].Steps {
		if step.Run == "" {
			if !strings.HasPrefix(step.Uses, "actions/") {
				t.Errorf("a step neither runs nor uses what is GitHub's: %+v", step)
			}
			continue
		}
		ran++
		dir, env := k.dir, []string{"GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=" + summary, "GOBIN=" + bin, "PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
		if step.Dir == "hubgraph" { // where the checkout lies
			dir = k.root
		}
		for name, value := range step.Env {
			if !regexp.MustCompile(`^\$\{\{ secrets\.[A-Z_]+ \}\}$`).MatchString(value) {
				t.Errorf("%s is %s", name, value)
			}
			env = append(env, name+"=token")
		}
		k.cook(dir, step.Run, env...)
	}
	k.night("data")
	for _, name := range []string{"hubgraph.junit.xml", "hubgraph.md", "summary.md"} {
		if text, err := os.ReadFile(filepath.Join(k.dir, name)); err != nil || len(text) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if ran != 2 {
		t.Errorf("%d steps are commands", ran)
	}
}

// airflow stands in for Airflow: it prints what a task would run.
const airflow = `
import json, runpy, sys, types

class DAG:
    def __init__(self, dag_id, **settings): assert settings["catchup"] is False and settings["max_active_runs"] == 1
    def __enter__(self): return self
    def __exit__(self, *_): pass

def operator(**settings): print(json.dumps({"command": settings["bash_command"], "env": settings["env"], "append": settings["append_env"]}))

for name, members in {"airflow": {}, "airflow.sdk": {"DAG": DAG}, "airflow.providers": {}, "airflow.providers.standard": {},
                      "airflow.providers.standard.operators": {}, "airflow.providers.standard.operators.bash": {"BashOperator": operator}}.items():
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)
runpy.run_path(sys.argv[1])
`

// TestRecipeOfAirflow has Python read the DAG, with a stand-in for Airflow, and runs what its
// task runs.
func TestRecipeOfAirflow(t *testing.T) {
	k := newKitchen(t)
	dag := filepath.Join(t.TempDir(), "dag.py")
	if err := os.WriteFile(dag, []byte(k.file("dags/hubgraph_nightly.py")), 0o600); err != nil {
		t.Fatal(err)
	}
	var task struct {
		Command string
		Env     map[string]string
		Append  bool
	}
	out, err := exec.Command("python3", "-c", airflow, dag).CombinedOutput()
	if err != nil || json.Unmarshal(out, &task) != nil || !task.Append || len(task.Env) != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	for name, value := range task.Env {
		if !strings.HasPrefix(value, "{{ conn.") {
			t.Errorf("%s is %s", name, value)
		}
		k.cook(k.dir, task.Command, name+"=token")
	}
	k.night("data")
}

// TestRecipeOfDocker carries the steps of the Dockerfile out in a plain folder: it needs no
// daemon, and no image but the machine itself.
func TestRecipeOfDocker(t *testing.T) {
	k := newKitchen(t)
	image := t.TempDir()
	place := func(path string) string {
		if filepath.IsAbs(path) {
			return filepath.Join(image, path)
		}
		return filepath.Join(k.root, path)
	}
	var entry, arguments []string
	var stages []string
	for line := range strings.Lines(readFile(t, "../../Dockerfile")) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		words := slices.DeleteFunc(strings.Fields(rest), func(w string) bool { return strings.HasPrefix(w, "--") })
		switch verb {
		case "", "#", "VOLUME", "WORKDIR":
		case "FROM":
			stages = append(stages, words[0])
		case "RUN":
			command := strings.ReplaceAll(rest, "/out/", place("/out")+"/")
			if err := os.MkdirAll(place("/out"), 0o755); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("sh", "-ec", command)
			cmd.Dir = k.root
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v: %s", command, err, out)
			}
		case "COPY":
			if words[0] == "." {
				continue // the sources, which are used where they lie
			}
			if err := copyInto(place(words[0]), place(words[1])); err != nil {
				t.Fatal(err)
			}
		case "ENTRYPOINT":
			err := json.Unmarshal([]byte(rest), &entry)
			if err != nil {
				t.Fatal(err)
			}
		case "CMD":
			if err := json.Unmarshal([]byte(rest), &arguments); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("the Dockerfile has %s", line)
		}
	}
	if len(stages) != 2 || len(entry) != 1 {
		t.Fatalf("stages %v, entry %v", stages, entry)
	}
	for i, argument := range arguments {
		if filepath.IsAbs(argument) {
			arguments[i] = place(argument)
		}
	}
	cmd := exec.Command(place(entry[0]), arguments...)
	cmd.Dir, cmd.Env = k.dir, append(k.env, "HUBSPOT_ACCESS_TOKEN=token")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if found, _ := filepath.Glob(filepath.Join(place("/data"), "hubgraph.duckdb")); len(found) == 0 {
		t.Error("the volume holds no DuckDB file")
	}
}

// copyInto copies a file, or an empty folder.
func copyInto(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.MkdirAll(to, 0o755)
	}
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err == nil {
		err = os.WriteFile(to, text, info.Mode())
	}
	return err
}

// TestRecipeOfKubernetes runs what the container of the job runs.
func TestRecipeOfKubernetes(t *testing.T) {
	k := newKitchen(t)
	type container struct {
		Args []string
		Env  []struct{ Name string }
	}
	documents := yaml.NewDecoder(strings.NewReader(k.file("hubgraph.yaml")))
	ran := 0
	for {
		var object struct {
			Kind, APIVersion string
			Spec             struct {
				Schedule          string
				ConcurrencyPolicy string `yaml:"concurrencyPolicy"`
				JobTemplate       struct {
					Spec struct {
						Template struct {
							Spec struct{ Containers []container }
						}
					}
				} `yaml:"jobTemplate"`
			}
		}
		err := documents.Decode(&object)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range object.Spec.JobTemplate.Spec.Template.Spec.Containers {
			ran++
			if object.Kind != "CronJob" || object.Spec.ConcurrencyPolicy != "Forbid" || len(c.Env) != 1 {
				t.Errorf("%+v", object)
			}
			k.cook(k.dir, "/usr/local/bin/hubgraph "+strings.Join(c.Args, " "), c.Env[0].Name+"=token")
		}
	}
	k.night("data")
	if ran != 1 {
		t.Errorf("%d containers", ran)
	}
}
