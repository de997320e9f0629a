package hubspot

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) != "" {
		serveAnswers()
		return
	}
	goleak.VerifyTestMain(m)
}
