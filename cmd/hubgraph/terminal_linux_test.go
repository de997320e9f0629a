package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"hubgraph/hubspot/sim"
)

// openTerminal makes a terminal of so many columns. What is written to the second
// file can be read from the first.
func openTerminal(t *testing.T, columns uint16) (screen, device *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	master := int(screen.Fd())
	if err := unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(master, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(master, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	device, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { device.Close() })
	return screen, device
}

// TestBarsOnATerminal crawls before the eyes of a user: no line is wider than the
// terminal, and what is left of the bars are the sums of the phases.
func TestBarsOnATerminal(t *testing.T) {
	server := sim.NewServer(sim.Generate(sim.Spec{Seed: 5, Contacts: 60}), sim.Options{})
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for columns, want := range map[uint16]string{
		40:  `\r   0% \|          \|  [0-9]+/[0-9]+ calls `,
		100: `\r   0% \|          \|  [0-9]+/[0-9]+ calls, [0-9]+ left today, 0 records, 0 links `,
	} {
		screen, device := openTerminal(t, columns)
		vars := map[string]string{"HUBSPOT_ACCESS_TOKEN": "any", "HUBSPOT_BASE_URL": url, "TERM": "xterm"}
		drawn := make(chan string)
		go func() {
			all, _ := io.ReadAll(screen) // a terminal that nobody has open any more is an error
			drawn <- string(all)
		}()
		e := &env{stdin: strings.NewReader(""), stdout: io.Discard, stderr: device, getenv: func(name string) string { return vars[name] }}
		code := run(context.Background(), e, []string{"crawl", "--data", filepath.Join(t.TempDir(), "data"), "--types", "contacts,companies"})
		device.Close()
		all := <-drawn
		if code != 0 || !regexp.MustCompile(want).MatchString(all) {
			t.Errorf("exit code %d; in %d columns it draws %q", code, columns, all)
		}
		escapes := regexp.MustCompile("\x1b\\[[0-9]*[A-Z]")
		var left []string
		for line := range strings.Lines(all) {
			draws := strings.Split(escapes.ReplaceAllString(strings.TrimRight(line, "\r\n"), ""), "\r")
			left = append(left, draws[len(draws)-1])
			for _, draw := range draws[:len(draws)-1] {
				if utf8.RuneCountInString(draw) > int(columns) {
					t.Errorf("in %d columns it draws %q", columns, draw)
				}
			}
		}
		sums := regexp.MustCompile(`^metadata: .*\nrecords and associations: .*\nchanges during the crawl: .*\nmeasures in [^\n]*\nDuckDB file: .*$`)
		if !sums.MatchString(strings.Join(left, "\n")) {
			t.Errorf("in %d columns it leaves %q", columns, left)
		}
	}
}
