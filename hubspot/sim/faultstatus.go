package sim

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// refusalFaults are answers that the portal has no part in.
var refusalFaults = func() map[string]faultKind {
	kinds := map[string]faultKind{
		"429":             {about: "the ten-secondly limit", param: retryAfter(""), instead: limited(burstPolicy)},
		"429-secondly":    {about: "the limit of the search API", param: retryAfter(""), instead: limited(searchPolicy)},
		"429-nameless":    {about: "the limit of the search API, without policyName", param: retryAfter(""), instead: limited(namelessPolicy)},
		"429-daily":       {about: "the daily limit", param: retryAfter(""), instead: limited(dailyPolicy)},
		"400":             {about: "a request that HubSpot does not take, for no reason that one could know", instead: respond(400, validationError, "There was a problem with the request.")},
		"401":             {about: "the token has expired", instead: respond(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired 1 second(s) ago.")},
		"401-invalid":     {about: "the token is none", instead: respond(401, "INVALID_AUTHENTICATION", invalidToken)},
		"403":             {about: "the token lacks the scope of the first object type in the path", only: namesType, instead: forbidden},
		"409":             {about: "a conflict with another write", only: writesAlone, instead: respond(409, "CONFLICT", "The resource was changed by another request.")},
		"423":             {about: "the records are locked", instead: respond(423, "LOCKED", "The resource is locked.")},
		"477":             {about: "the account is being moved to another data center", param: retryAfter("1"), instead: respond(477, "MIGRATION_IN_PROGRESS", "This account is being moved between data centers.")},
		"500":             {about: "an internal error", instead: respond(500, "INTERNAL_ERROR", "internal error")},
		"502":             {about: "an HTML page of the network in front", instead: page(502)},
		"503":             {about: "temporarily unavailable", param: retryAfter(""), instead: respond(503, "SERVICE_UNAVAILABLE", "Service temporarily unavailable")},
		"504":             {about: "a timeout", instead: respond(504, "TIMEOUT", "Request timed out")},
		"status":          {about: "an error of any status", param: numberParam("STATUS", "418", 400, 599), instead: anyStatus},
		"html":            {about: "an HTML page with status 200", instead: page(200)},
		"empty":           {about: "no body, with status 200", instead: func(*call, string) answer { return answer{status: 200, raw: []byte{}} }},
		"no-content":      {about: "status 204", instead: func(*call, string) answer { return done() }},
		"redirect":        {about: "to the same path elsewhere", param: param{"STATUS URL", "302 http://other.invalid", checkRedirect}, instead: redirect},
		"cursor-rejected": {about: "a cursor that is no longer good", only: continues, instead: respond(400, validationError, "Invalid cursor")},
		"bad-hub":         {about: "a refresh token of a portal that is gone", only: tokensAlone, instead: refuseToken("BAD_HUB", "invalid_grant", "missing or unknown hub id")},
		"bad-refresh":     {about: "a refresh token that was revoked", only: tokensAlone, instead: refuseToken("BAD_REFRESH_TOKEN", "invalid_grant", "missing or invalid refresh token")},
	}
	for status, about := range map[int]string{521: "the server is down", 522: "the connection timed out", 523: "the server cannot be reached",
		524: "no answer within 100 s", 525: "TLS within HubSpot failed", 526: "a bad certificate within HubSpot"} {
		kinds[strconv.Itoa(status)] = faultKind{about: "an HTML page of the network in front: " + about, instead: page(status)}
	}
	return kinds
}()

// respond makes an error answer, whose parameter is a Retry-After.
func respond(status int, category, message string) func(*call, string) answer {
	return func(c *call, after string) answer {
		a := (&problem{status: status, Status: "error", Category: category, Message: message}).answer()
		a.header = retryHeader(c, after)
		return a
	}
}

func anyStatus(c *call, status string) answer {
	n, _ := strconv.Atoi(status) // checked when the fault was read
	return respond(n, "", http.StatusText(n))(c, "")
}

// namelessPolicy is how the search API has been seen to name its limit: not at
// all.
var namelessPolicy = policy{"", searchPolicy.message, searchPolicy.group}

// limited makes a 429.
func limited(p policy) func(*call, string) answer {
	return func(c *call, after string) answer {
		a := p.refusal(c.server.limits.portal).answer()
		a.header = retryHeader(c, after)
		return a
	}
}

// retryAfter is the parameter of kinds that can say when to come back.
func retryAfter(usual string) param {
	return anyParam("RETRY-AFTER, seconds or any text, or a date when signed like +30s or -1h", usual)
}

// retryHeader makes a Retry-After of a parameter: as it stands, or the date that
// a signed duration leads to by the server's clock.
func retryHeader(c *call, text string) http.Header {
	if text == "" {
		return nil
	}
	if d, err := time.ParseDuration(text); err == nil && strings.ContainsAny(text[:1], "+-") {
		text = c.time().Add(d).UTC().Format(http.TimeFormat)
	}
	return http.Header{"Retry-After": {text}}
}

// page makes an HTML page, as the network in front of HubSpot answers.
func page(status int) func(*call, string) answer {
	return func(*call, string) answer {
		return answer{status: status, raw: fmt.Appendf(nil, "<html><head><title>%d</title></head><body>cloudflare</body></html>", status),
			header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}}
	}
}

func forbidden(c *call, _ string) answer {
	c.portal.mu.RLock()
	defer c.portal.mu.RUnlock()
	types, refused := c.types()
	if refused == nil {
		refused = missingScope(types[0], c.route.writes)
	}
	return refused.answer()
}

// namesType reports whether a path names an object type.
func namesType(c *call) bool { return c.places["type"] != "" || c.places["from"] != "" }

// continues reports whether a request asks for a page that is not the first.
func continues(c *call) bool {
	return c.query("after") != "" || readsAlone(c) && strings.Contains(string(c.body), `"after"`)
}

// redirect sends the client elsewhere.
func redirect(c *call, text string) answer {
	status, base, _ := strings.Cut(text, " ")
	n, _ := strconv.Atoi(status) // checked when the fault was read
	return answer{status: n, raw: []byte{}, header: http.Header{"Location": {base + c.request.URL.RequestURI()}}}
}

func checkRedirect(text string) error {
	status, base, ok := strings.Cut(text, " ")
	if n, err := strconv.Atoi(status); !ok || err != nil || n < 301 || n > 308 || !strings.Contains(base, "://") {
		return fmt.Errorf("expected a status from 301 to 308 and a URL, such as %q", "307 http://other.invalid")
	}
	return nil
}

// refuseToken is the token endpoint's way to say no.
func refuseToken(status, code, message string) func(*call, string) answer {
	return func(c *call, _ string) answer { return c.refuseToken(status, code, message) }
}
