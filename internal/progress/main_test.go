package progress

import (
	"os"
	"testing"

	"hubgraph/internal/leaks"
)

func TestMain(m *testing.M) { os.Exit(leaks.Watch(m).Run()) }
