package export

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// holdFile names a DuckDB file that this program is to hold open until its
// standard input ends: DuckDB's locks are between processes.
const holdFile = "HUBGRAPH_TEST_HOLD"

// toWrite before the name of a file to hold says that it is held to write.
const toWrite = "write:"

func TestMain(m *testing.M) {
	if name := os.Getenv(holdFile); name != "" {
		os.Exit(holdOpen(name))
	}
	goleak.VerifyTestMain(m)
}

func holdOpen(name string) int {
	open := func(name string) (*sql.DB, error) { return Open(name, 0) }
	if writer, ok := strings.CutPrefix(name, toWrite); ok {
		name, open = writer, func(name string) (*sql.DB, error) { return connect(name, url.Values{}) }
	}
	db, err := open(name)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("open")
	io.Copy(io.Discard, os.Stdin)
	db.Close()
	return 0
}

// hold has another process open a DuckDB file, until release is called.
func hold(t *testing.T, name string) (release func()) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), holdFile+"="+name)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "open\n" {
		t.Fatalf("the other process says %q", line)
	}
	released := false
	release = func() {
		if !released {
			released = true
			stdin.Close()
			cmd.Wait()
		}
	}
	t.Cleanup(release)
	return release
}
