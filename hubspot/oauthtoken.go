package hubspot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// longestTokenWait is the longest wait for another attempt to buy a token,
// whatever HubSpot asks for.
const longestTokenWait = time.Minute

// tokenDoc is what the token endpoint answers with; of an error, Status and
// Error name its kind (HubSpot's OAuth documentation, and recorded answers).
type tokenDoc struct {
	AccessToken  Secret `json:"access_token"`
	RefreshToken Secret `json:"refresh_token"`
	ExpiresIn    int64  `json:"expires_in"` // seconds
	Status       string `json:"status"`
	Error        string `json:"error"`
	Message      string `json:"message"`
}

// life is how long the access token is good.
func (d tokenDoc) life() time.Duration { return time.Duration(d.ExpiresIn) * time.Second }

// refusals say what each status of the token endpoint means and what to do.
var refusals = map[string]string{
	"BAD_REFRESH_TOKEN": "it does not know the refresh token: the app was uninstalled, or the token is another app's; install the app again and use the refresh token that this gives",
	"BAD_CLIENT_ID":     "no app has this client id: compare it with the one on the app's page",
	"BAD_CLIENT_SECRET": "the client secret is not the app's: copy it anew from the app's page",
	"BAD_HUB":           "the portal is no longer there, or the app is not installed in it: install the app in the portal that is to be read",
}

// buy exchanges the refresh token for an access token. It goes to the base URL,
// and tries again where that may help.
func (g *grant) buy(ctx context.Context) (tokenDoc, error) {
	form := url.Values{
		"grant_type": {"refresh_token"}, "client_id": {g.app.ClientID},
		"client_secret": {g.app.ClientSecret.reveal()}, "refresh_token": {g.app.RefreshToken.reveal()},
	}
	var doc tokenDoc
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, g.endpoint, []byte(form.Encode()))
	if err != nil {
		return doc, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", g.client.agent)
	req.SetResponseHandler(func(resp *http.Response) (err error) {
		doc, err = g.read(resp)
		return err
	})
	loop := retryablehttp.Client{
		HTTPClient: g.http, RetryMax: g.client.attempts - 1, CheckRetry: buyAgain, Backoff: buyLater,
		ErrorHandler: closeFailed, RequestLogHook: g.count,
	}
	resp, err := loop.Do(req)
	if err != nil {
		return doc, g.named(err)
	}
	if doc.RefreshToken != "" {
		g.app.RefreshToken = doc.RefreshToken // HubSpot gives the same one; others renew it too
	}
	g.hide(doc.AccessToken, g.app.RefreshToken)
	g.log.DebugContext(ctx, "the access token is renewed", "life", doc.life())
	return doc, resp.Body.Close()
}

// count counts a request that is about to leave, the n-th repeat.
func (g *grant) count(_ retryablehttp.Logger, _ *http.Request, n int) {
	g.client.sent.Add(1)
	if n > 0 {
		g.client.retries.Add(1)
	}
}

// read takes an answer of the token endpoint.
func (g *grant) read(resp *http.Response) (tokenDoc, error) {
	var doc tokenDoc
	err := unmarshal(bodyOf(resp), &doc)
	switch status := resp.StatusCode; {
	case status == http.StatusOK && err == nil && isJSON(resp.Header) && checkToken(doc.AccessToken) == nil && doc.ExpiresIn > 0:
		return doc, nil
	case status/100 == 2:
		return doc, fmt.Errorf("%w: it holds no access token (status %d)", ErrMalformed, status)
	case status/100 == 3:
		return doc, fmt.Errorf("%w: it redirects, which is never followed: check the base URL", ErrUnauthorized)
	case (&Error{Status: status}).class() != Refused && status != http.StatusUnauthorized:
		return doc, fmt.Errorf("status %d", status)
	}
	kind := doc.Status
	if kind == "" || kind == "error" {
		kind = cmp.Or(doc.Error, "no reason given")
	}
	what, known := refusals[kind]
	if !known {
		what = cmp.Or(doc.Message, http.StatusText(resp.StatusCode))
	}
	text := fmt.Sprintf("HubSpot does not renew the access token (%d %s): %s", resp.StatusCode, g.client.clean(kind), g.client.clean(what))
	return doc, &failure{text, ErrUnauthorized}
}

// named is the error that an attempt to buy ends with.
func (g *grant) named(err error) error {
	var wrapped *url.Error // net/http's, which repeats the method and the address
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	switch {
	case errors.Is(err, ErrUnauthorized), errors.Is(err, ErrMalformed):
		return err
	case unreachable(err):
		return fmt.Errorf("%s cannot be reached: %w", g.client.base, err)
	case untrusted(err):
		return fmt.Errorf("what answers at %s cannot be trusted to be it: %w", g.client.base, err)
	}
	return fmt.Errorf("%w when the access token is to be renewed: %w", ErrUnavailable, err)
}

// buyAgain says whether there is another attempt.
func buyAgain(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if err == nil || ctx.Err() != nil || ClassOf(err) == Ended {
		return false, err
	}
	return true, nil
}

// buyLater is the wait before another attempt, after n earlier ones.
func buyLater(_, _ time.Duration, n int, resp *http.Response) time.Duration {
	if resp != nil {
		if asked, named := retryAfter(resp.Header, time.Now()); named {
			return min(stretched(asked), longestTokenWait)
		}
	}
	return random(grown(firstWait, lastWait, n))
}
