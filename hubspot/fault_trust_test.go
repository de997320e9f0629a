package hubspot

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// authority signs the certificates of a test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	template := &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a := authority{}
	a.cert, a.key = a.sign(t, template)
	return a
}

// sign makes a certificate, of itself where there is no authority yet.
func (a authority) sign(t *testing.T, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(1)
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// trusting is a client that trusts the authority, of a TLS server on this machine,
// and counts the requests that the server gets.
func (a authority) trusting(t *testing.T, config *tls.Config) (*Client, *atomic.Int64) {
	t.Helper()
	var requests atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Content-Type", "application/json")
		if _, err := io.WriteString(w, goodAccount); err != nil {
			t.Error(err)
		}
	}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.TLS = config
	server.StartTLS()
	wire := newTransport()
	wire.TLSClientConfig.RootCAs = x509.NewCertPool()
	wire.TLSClientConfig.RootCAs.AddCert(a.cert)
	t.Cleanup(func() { wire.CloseIdleConnections(); server.Close() })
	c, err := newClient(canary, Options{BaseURL: server.URL}, wire)
	if err != nil {
		t.Fatal(err)
	}
	return c, &requests
}

// TestTheTokenIsForATrustedServerOnly has servers whose certificates or protocols
// are not good: none of them gets a request, and none is asked twice.
func TestTheTokenIsForATrustedServerOnly(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	local := []net.IP{net.IPv4(127, 0, 0, 1)}
	past := time.Now().Add(-time.Hour)
	for name, test := range map[string]struct {
		by          authority
		cert        *x509.Certificate
		least, most uint16 // versions of TLS
		good        bool
	}{
		"good":               {by: ca, cert: &x509.Certificate{IPAddresses: local}, good: true},
		"TLS 1.2":            {by: ca, cert: &x509.Certificate{IPAddresses: local}, most: tls.VersionTLS12, good: true},
		"TLS 1.1":            {by: ca, cert: &x509.Certificate{IPAddresses: local}, least: tls.VersionTLS10, most: tls.VersionTLS11},
		"TLS 1.0":            {by: ca, cert: &x509.Certificate{IPAddresses: local}, least: tls.VersionTLS10, most: tls.VersionTLS10},
		"expired":            {by: ca, cert: &x509.Certificate{IPAddresses: local, NotBefore: past.Add(-time.Hour), NotAfter: past}},
		"not yet valid":      {by: ca, cert: &x509.Certificate{IPAddresses: local, NotBefore: time.Now().Add(time.Hour), NotAfter: time.Now().Add(2 * time.Hour)}},
		"of another host":    {by: ca, cert: &x509.Certificate{DNSNames: []string{"api.hubapi.com"}}},
		"of another address": {by: ca, cert: &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 2)}}},
		"by another":         {by: other, cert: &x509.Certificate{IPAddresses: local}},
		"by itself":          {cert: &x509.Certificate{IPAddresses: local}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cert, key := test.by.sign(t, test.cert)
			c, requests := ca.trusting(t, &tls.Config{MinVersion: test.least, MaxVersion: test.most,
				Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}})
			err := account(t.Context(), c)
			if test.good {
				if err != nil || requests.Load() != 1 {
					t.Errorf("%d requests, %v", requests.Load(), err)
				}
				return
			}
			if err == nil || errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "cannot be trusted") || requests.Load() > 0 || c.Stats() != (Stats{Requests: 1}) {
				t.Errorf("%d requests got there, %+v, %v", requests.Load(), c.Stats(), err)
			}
		})
	}
}

// TestWhatTheSettingsGetWrongIsNotRepeated has a host that does not exist, and
// proxies that lead nowhere.
func TestWhatTheSettingsGetWrongIsNotRepeated(t *testing.T) {
	noHost := &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.hubapi.com", IsNotFound: true}}
	c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) { return nil, noHost })
	if err := account(t.Context(), c); err == nil || errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "no such host") || c.Stats().Retries > 0 {
		t.Errorf("no such host: %+v, %v", c.Stats(), err)
	}
	for status, later := range map[int]bool{http.StatusProxyAuthRequired: false, http.StatusBadGateway: true} {
		seen := ""
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for name, values := range r.Header {
				seen += name + strings.Join(values, " ")
			}
			w.WriteHeader(status)
		}))
		wire := newTransport()
		to, err := url.Parse(proxy.URL)
		if err != nil {
			t.Fatal(err)
		}
		wire.Proxy = http.ProxyURL(to)
		c, err := newClient(canary, Options{Attempts: 2}, wire)
		if err != nil {
			t.Fatal(err)
		}
		err = account(t.Context(), c)
		wire.CloseIdleConnections()
		proxy.Close()
		if err == nil || errors.Is(err, ErrUnavailable) != later || (c.Stats().Retries > 0) != later || !later && !strings.Contains(err.Error(), "HTTPS_PROXY") {
			t.Errorf("a proxy that answers %d: %+v, %v", status, c.Stats(), err)
		}
		if seen == "" || strings.Contains(seen, canary) {
			t.Errorf("a proxy that answers %d saw %q", status, seen)
		}
	}
}
