package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Guard lets in who may see the pages, and what a browser sends of its own accord.
type Guard struct {
	Host  string   // the name of --listen, which requests may be addressed to; so may loopback and addresses
	Token string   // empty: whoever reaches the server may look
	Names []string // by which others reach it through a proxy, which says whether by https

	// cookie is the name of what a browser keeps after the login, and session its value. The
	// name is one's own: to a browser all ports of a host are one.
	cookie, session string
}

// mostForm is how long a login may be, in bytes.
const mostForm = 4096

// Around answers what is refused, and has next answer the rest.
func (g Guard) Around(next http.Handler) http.Handler {
	g.cookie, g.session = "hubgraph-"+rand.Text(), rand.Text()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		harden(w.Header())
		if status, text := g.refuses(r); status != 0 {
			refuse(w, r, status, text)
			return
		}
		login := r.URL.Path == "/login" && g.Token != ""
		switch {
		case login && r.Method == http.MethodPost:
			g.login(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, r, http.StatusMethodNotAllowed, r.Method+" is not served: nothing can be changed here, and GET reads")
		case login:
			write(w, r, http.StatusOK, "login.html", &loginPage{layout: newPage("Log in")})
		case !g.known(r):
			if r.Header.Get("Authorization") != "" {
				w.Header().Set("WWW-Authenticate", "Bearer")
				refuse(w, r, http.StatusUnauthorized, "The token is not the right one: it stands in the file that --token-file names")
				return
			}
			w.Header().Set("WWW-Authenticate", "Bearer")
			write(w, r, http.StatusUnauthorized, "login.html", &loginPage{layout: newPage("Log in")})
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// harden sets what holds for every answer. Pages narrow the policy to their own script.
func harden(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// refuses says why a request is not answered, whoever sent it: its Host is a name that
// somebody else made lead here, or a page of somebody else's had the browser send it.
func (g Guard) refuses(r *http.Request) (status int, text string) {
	host := hostOf(r.Host)
	if address, err := netip.ParseAddr(host); !strings.EqualFold(host, "localhost") && !strings.EqualFold(host, g.Host) && !g.public(host) && (err != nil || g.Token == "" && !address.IsLoopback()) {
		return http.StatusMisdirectedRequest, "This server does not answer to the name " + shown(host) + ": open it by the address that it printed"
	}
	site := r.Header.Get("Sec-Fetch-Site")
	switch origin := r.Header.Get("Origin"); {
	case origin == "":
	case origin == "null" && site == "same-origin": // as no-referrer has a form of ours send it
	default:
		u, err := url.Parse(origin)
		if err != nil || !strings.EqualFold(u.Host, r.Host) {
			return http.StatusForbidden, "The request comes from a page of another site, which may not read this one"
		}
	}
	// A link may come from anywhere. A frame or an image need not be seen to have SQL run.
	linked := r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	if (site == "cross-site" || site == "same-site") && !linked {
		return http.StatusForbidden, "The request comes from a page of another site, which may not read this one"
	}
	return 0, ""
}

// public reports whether a proxy has the server by this name.
func (g Guard) public(host string) bool {
	return slices.ContainsFunc(g.Names, func(name string) bool { return strings.EqualFold(name, host) })
}

// hostOf is a host without its port.
func hostOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.Trim(host, "[]")
}

// known reports whether a request shows the token, or what the login gave for it.
func (g Guard) known(r *http.Request) bool {
	if g.Token == "" {
		return true
	}
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return same(strings.TrimSpace(bearer), g.Token)
	}
	c, err := r.Cookie(g.cookie)
	return err == nil && same(c.Value, g.session)
}

// same compares in a time that says nothing of what is secret.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// loginPage asks for the token.
type loginPage struct {
	layout
	Wrong bool
}

// login gives a browser that shows the token what it is known by until the server ends.
func (g Guard) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	if !same(strings.TrimSpace(r.PostFormValue("token")), g.Token) {
		write(w, r, http.StatusUnauthorized, "login.html", &loginPage{layout: newPage("Log in"), Wrong: true})
		return
	}
	secure := g.public(hostOf(r.Host)) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	http.SetCookie(w, &http.Cookie{Name: g.cookie, Value: g.session, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// LeastToken is how many characters a token has at least, so that nobody guesses it.
const LeastToken = 16
