package progress

import (
	"os"
	"testing"
)

// TestADumbTerminalGetsLines has one that cannot go back in a line.
func TestADumbTerminalGetsLines(t *testing.T) {
	device, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	for kind, want := range map[string]bool{"dumb": false, "": true, "xterm": true} {
		if got := On(device, kind).screen != nil; got != want {
			t.Errorf("TERM=%s: bars %t, want %t", kind, got, want)
		}
	}
}
