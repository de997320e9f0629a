package duckdb

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"hubgraph/internal/failat"
	"hubgraph/internal/leaks"
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
	if dir := os.Getenv(nightIn); dir != "" {
		os.Exit(nightOf(dir))
	}
	os.Exit(leaks.Watch(m).Run())
}

// fileSize is the size in bytes that no file of a night may exceed: a disk that
// is full, as far as one file shows.
const fileSize = "HUBGRAPH_TEST_FILE_SIZE"

func nightOf(dir string) int {
	if err := failat.Begin(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	if size, err := strconv.ParseUint(os.Getenv(fileSize), 10, 63); err == nil {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: size}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
	}
	if err := doNight(dir, func(step string) { fmt.Println(step) }); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
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
	for queries := bufio.NewScanner(os.Stdin); queries.Scan(); {
		var answer string
		if err := db.QueryRow(queries.Text()).Scan(&answer); err != nil {
			answer = err.Error()
		}
		fmt.Println(answer)
	}
	db.Close()
	return 0
}

// held is a DuckDB file that another process has open.
type held struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	over   bool
}

// hold has another process open a DuckDB file, until it is released.
func hold(t *testing.T, name string) *held {
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
	h := &held{cmd: cmd, stdin: stdin, stdout: bufio.NewReader(stdout)}
	t.Cleanup(h.release)
	if line, _ := h.stdout.ReadString('\n'); line != "open\n" {
		t.Fatalf("the other process says %q", line)
	}
	return h
}

// ask is what a query of one text answers in the other process.
func (h *held) ask(query string) string {
	fmt.Fprintln(h.stdin, query)
	line, _ := h.stdout.ReadString('\n')
	return strings.TrimSpace(line)
}

func (h *held) release() {
	if !h.over {
		h.over = true
		h.stdin.Close()
		h.cmd.Wait()
	}
}
