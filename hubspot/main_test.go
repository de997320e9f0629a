package hubspot

import (
	"os"
	"testing"

	"hubgraph/internal/leaks"
)

func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) != "" {
		serveAnswers()
		return
	}
	os.Exit(leaks.Watch(m).Run())
}
