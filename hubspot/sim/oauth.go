package sim

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// OAuth is a public app that is installed in the portal.
type OAuth struct{ ClientID, ClientSecret, Refresh string }

// ParseOAuth reads ID:SECRET:REFRESH.
func ParseOAuth(text string) (OAuth, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) < 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return OAuth{}, fmt.Errorf("an OAuth app is written CLIENT_ID:CLIENT_SECRET:REFRESH_TOKEN, and one of the three is missing")
	}
	return OAuth{parts[0], parts[1], parts[2]}, nil
}

// tokens are the access tokens that the app has bought.
type tokens struct {
	app  OAuth
	life time.Duration

	mu      sync.Mutex
	sold    int                  // access tokens
	expiry  map[string]time.Time // by access token
	codes   map[string]bool      // that were used
	revoked bool                 // the refresh token
}

func newTokens(o Options) *tokens {
	return &tokens{app: o.OAuth, life: o.TokenLife, expiry: map[string]time.Time{}, codes: map[string]bool{}}
}

// sell makes an access token.
func (t *tokens) sell(now time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sold++
	token := fmt.Sprintf("C%x", sha256.Sum256(fmt.Appendf(nil, "%s %d", t.app.Refresh, t.sold)))
	t.expiry[token] = now.Add(t.life)
	return token
}

// expires returns when an access token that the app has bought is no longer good.
func (t *tokens) expires(token string) (time.Time, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at, ok := t.expiry[token]
	return at, ok
}

// refreshes reports whether a text is the refresh token, and still good.
func (t *tokens) refreshes(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.revoked && t.app.Refresh != "" && token == t.app.Refresh
}

// redeem takes any code, once.
func (t *tokens) redeem(code string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if code == "" || t.codes[code] {
		return false
	}
	t.codes[code] = true
	return true
}

func (t *tokens) revoke(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.expiry, token)
	t.revoked = t.revoked || token == t.app.Refresh
}

// invalidToken is what HubSpot says of a token that is missing or none of its.
const invalidToken = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details in the documentation."

// authorize checks the token of a request.
func (s *Server) authorize(c *call) *problem {
	refused := &problem{status: http.StatusUnauthorized, Status: "error", Category: "INVALID_AUTHENTICATION", Message: invalidToken}
	token, ok := strings.CutPrefix(c.request.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return refused
	}
	if until, bought := s.tokens.expires(token); bought {
		c.oauth = true
		if ago := c.time().Sub(until); ago >= 0 {
			return &problem{status: http.StatusUnauthorized, Status: "error", Category: "EXPIRED_AUTHENTICATION",
				Message: fmt.Sprintf("The OAuth token used to make this call expired %.0f second(s) ago.", ago.Seconds())}
		}
		return nil
	}
	if token == s.options.Token || s.options.Token == "" && s.options.OAuth == (OAuth{}) {
		return nil
	}
	return refused
}
