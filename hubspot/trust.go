package hubspot

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
)

// untrusted reports whether a connection failed for who is at its other end: to
// try again would not change that.
func untrusted(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var op *net.OpError
	return errors.As(err, &certificate) || errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch) ||
		errors.As(err, &op) && op.Op == "remote error" // an alert of TLS
}

// errProxy: the proxy that the environment names wants to know who asks.
var errProxy = errors.New("the proxy wants a user and a password (407): put them into the address in HTTPS_PROXY")

// proxyAnswered gives the answer of a proxy that leads nowhere a name.
func proxyAnswered(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusProxyAuthRequired {
		return errProxy
	}
	return nil
}

// unreachable reports whether a connection failed for what the settings say: a
// host that does not exist, or a proxy without its password. To try again would
// not change that.
func unreachable(err error) bool {
	var name *net.DNSError
	return errors.Is(err, errProxy) || errors.As(err, &name) && name.IsNotFound
}
