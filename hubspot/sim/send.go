package sim

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// largeAnswer is the size from which answers are compressed for clients that
// take it, as HubSpot's are.
const largeAnswer = 1 << 10

// bytes is the body of an answer.
func (a answer) bytes(c *call) []byte {
	if p, ok := a.body.(*problem); ok && p.Status != "" {
		p.CorrelationID = c.correlation()
	}
	if a.raw != nil || a.body == nil {
		return a.raw
	}
	return marshal(a.body)
}

// fromFront reports whether an answer is a page of the network in front, which
// knows nothing of HubSpot's headers.
func (a answer) fromFront() bool { return strings.HasPrefix(a.header.Get("Content-Type"), "text/html") }

// send writes an answer with the headers that HubSpot's have.
func (s *Server) send(w http.ResponseWriter, c *call, a answer) {
	body := a.bytes(c)
	h := w.Header()
	h.Set("Date", c.time().UTC().Format(http.TimeFormat))
	if !a.fromFront() {
		h.Set("X-HubSpot-Correlation-Id", c.correlation())
		if c.route == nil || !c.route.open {
			s.limits.headers(h, c.operation, c.oauth)
		}
	}
	maps.Copy(h, a.header)
	if a.status != http.StatusNoContent && h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json;charset=utf-8")
	}
	if c.fault != nil && c.fault.send(c, w, a.status, body) {
		return
	}
	if len(body) >= largeAnswer && strings.Contains(c.request.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = compress(body)
	}
	if a.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the client may be gone
}

// marshal writes JSON without the escapes that only HTML needs.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("sim: an answer is always valid JSON: " + err.Error())
	}
	return b.Bytes()
}

// compressors are gzip.Writers to use again: making one takes longer than to compress
// most answers.
var compressors = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic("sim: gzip has this level: " + err.Error())
	}
	return z
}}

func compress(body []byte) []byte {
	var b bytes.Buffer
	z := compressors.Get().(*gzip.Writer)
	defer compressors.Put(z)
	z.Reset(&b)
	_, _ = z.Write(body) // into memory
	_ = z.Close()
	return b.Bytes()
}
