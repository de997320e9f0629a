package deliver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hubgraph/internal/sentence"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// patience is how long a webhook may take.
const patience = 10 * time.Second

// webhook reads the URL of a webhook, which is a secret: errors do not quote it.
func webhook(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return nil, sentence.New(ErrUsage, "--notify is no URL: write one such as https://hooks.slack.com/services/…")
	}
	if u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()) {
		return u, nil
	}
	return nil, sentence.New(ErrUsage, "--notify: %s is no https: a message goes over https only, and over http to this machine", u.Scheme)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// post sends what is new in an audit to a webhook. The error names the host, and never
// more of the URL.
func post(ctx context.Context, to string, r *queries.Report, o report.Options) error {
	u, err := webhook(to)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if strings.HasSuffix(u.Hostname(), "slack.com") {
		err = report.WriteSlack(&body, r, o)
	} else {
		err = report.WriteNews(&body, r, o)
	}
	if err != nil {
		return err
	}
	why := send(ctx, u, &body)
	if why == "" {
		return nil
	}
	return fmt.Errorf("the webhook at %s did not take what is new: %s (the audit is kept, and the exit code is its own)", u.Host, why)
}

// send sends a message, and says why that failed; empty: it did not.
func send(ctx context.Context, u *url.URL, body io.Reader) string {
	client := http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), body)
	if err != nil {
		return "the URL cannot be used"
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	var failed *url.Error
	if errors.As(err, &failed) {
		if failed.Timeout() {
			return fmt.Sprintf("no answer within %v", patience)
		}
		return failed.Err.Error()
	}
	if err != nil {
		return err.Error()
	}
	_ = response.Body.Close() // nothing of it is read
	if response.StatusCode/100 != 2 {
		return "it answered " + response.Status
	}
	return ""
}
