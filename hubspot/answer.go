package hubspot

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// HubSpot names each request in this header of the answer.
const correlationHeader = "X-HubSpot-Correlation-Id"

// succeeded reports whether an answer holds what was asked for, or parts of it:
// HubSpot has answered batch creates with each of the three.
func succeeded(status int) bool {
	return status == http.StatusOK || status == http.StatusCreated || status == http.StatusMultiStatus
}

// isJSON reports whether an answer says that it is JSON, or does not say what it
// is. A page of something that stands in between may hold anything.
func isJSON(h http.Header) bool {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type")) // what is wrong behind the type does not matter
	return kind == "application/json" || strings.HasSuffix(kind, "+json") || h.Get("Content-Type") == ""
}

// refusal reads an answer that says no.
func (c *Client) refusal(method, path string, resp *http.Response) *Error {
	var doc struct {
		Message, Category string
		SubCategory       looseText
		CorrelationID     string `json:"correlationId"`
		PolicyName        string
		Context           contextTexts
		Errors            []errorDetail
	}
	data := bodyOf(resp)
	if unmarshal(data, &doc) != nil && len(data) > 0 { // a proxy's page, not HubSpot's document
		doc.Message = c.describe(resp, data)
	}
	e := &Error{
		Method: method, Path: path, Status: resp.StatusCode,
		Category: c.clean(doc.Category), SubCategory: c.clean(string(doc.SubCategory)), Message: c.clean(doc.Message),
		CorrelationID: c.correlation(resp, doc.CorrelationID), PolicyName: c.clean(doc.PolicyName),
		Context: map[string][]string{}, at: time.Now(),
	}
	c.addContext(e, doc.Context)
	for _, detail := range doc.Errors {
		c.addContext(e, detail.Context)
		if detail.text != "" {
			e.Message = c.clean(e.Message + ": " + detail.text)
		}
	}
	e.RetryAfter, e.named = retryAfter(resp.Header, e.at)
	if e.Status == http.StatusTooManyRequests && dailyLimit(e, resp.Header) {
		e.PolicyName = policyDaily
	}
	if e.Status/100 == 3 {
		e.Message = "it redirects, which is never followed: check the base URL"
	}
	return e
}

// errorDetail is one of the errors of an answer: in recorded answers the context
// names missing scopes. In v1 it is a sentence.
type errorDetail struct {
	Context contextTexts
	text    string
}

// UnmarshalJSON takes anything: what is neither says nothing.
func (d *errorDetail) UnmarshalJSON(text []byte) error {
	var doc struct{ Context contextTexts }
	if json.Unmarshal(text, &d.text) != nil && json.Unmarshal(text, &doc) == nil {
		d.Context = doc.Context
	}
	return nil
}

// addContext adds to what an answer says of its error.
func (c *Client) addContext(e *Error, context contextTexts) {
	for key, texts := range context {
		for _, text := range texts {
			if key, text := c.clean(key), c.clean(text); !slices.Contains(e.Context[key], text) {
				e.Context[key] = append(e.Context[key], text)
			}
		}
	}
}

// dailyLimit distinguishes the daily limit from the burst limit where HubSpot's answer
// does not name its policy.
func dailyLimit(e *Error, h http.Header) bool {
	return h.Get(dailyRemainingHeader) == "0" || e.PolicyName == "" && strings.Contains(strings.ToLower(e.Message), "daily limit")
}

// malformed says what is wrong with an answer that is not HubSpot's. It shows
// the beginning of a page of HTML, but never anything of a record.
func (c *Client) malformed(resp *http.Response, err error) error {
	var badTime *time.ParseError
	if errors.As(err, &badTime) {
		err = errors.New("a time is none") // the error itself quotes what was sent
	}
	text := fmt.Sprintf("%s: %s", err, c.describe(resp, bodyOf(resp)))
	if id := c.correlation(resp, ""); id != "" {
		text += ", correlation id " + id
	}
	return fmt.Errorf("%w: %s", ErrMalformed, text)
}

func (c *Client) describe(resp *http.Response, data []byte) string {
	if len(data) == 0 {
		return fmt.Sprintf("status %d without a body", resp.StatusCode)
	}
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		kind = "no content type"
	}
	text := fmt.Sprintf("status %d, %s, %d bytes, sha256 %.8x", resp.StatusCode, c.clean(kind), len(data), sha256.Sum256(data))
	if start := bytes.TrimSpace(data[:min(len(data), 4096)]); len(start) > 0 && start[0] == '<' {
		text += fmt.Sprintf(", %.60q", c.clean(string(start)))
	}
	return text
}

func (c *Client) correlation(resp *http.Response, inBody string) string {
	if inBody == "" {
		inBody = resp.Header.Get(correlationHeader)
	}
	return c.clean(inBody)
}

// mostText is how many characters of a text from outside an error shows.
const mostText = 300

// clean makes a text from outside fit for an error: without the token, without
// characters that steer a terminal, on one line, not too long.
func (c *Client) clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text)
	text = c.auth.scrub(text)
	if utf8.RuneCountInString(text) > mostText {
		text = string([]rune(text)[:mostText]) + "…"
	}
	return text
}

// retryAfter reads when to come back: seconds, or a date, which is compared with
// the answer's own, so that a clock that is wrong here does no harm. It reports
// false where the header says nothing sensible.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		const most = int64(365 * 24 * time.Hour / time.Second)
		return time.Duration(min(seconds, most)) * time.Second, seconds >= 0
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now)), true
}
