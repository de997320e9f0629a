package sim

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// exchange is an answer on its way to the client.
type exchange struct {
	w      http.ResponseWriter
	r      *http.Request
	status int
	body   []byte
	param  string
}

// wireFaults are answers that do not get to the client, or not as they should.
var wireFaults = map[string]faultKind{
	"reset":        {about: "the connection is reset before anything is done", instead: func(*call, string) answer { return answer{} }, wire: (*exchange).reset},
	"reset-after":  {about: "the connection is reset after the work is done", silent: true, wire: (*exchange).reset},
	"reset-header": {about: "the connection ends within the header, after the work is done", silent: true, wire: (*exchange).halfHeader},
	"cut":          {about: "the body breaks off", param: numberParam("BYTES, else half of them", "", 0, most), wire: (*exchange).cut},
	"slow":         {about: "the body comes byte by byte", param: durationParam("TIME for each", "1s"), wire: (*exchange).slow},
	"stall":        {about: "nothing comes behind the header and some bytes", param: numberParam("BYTES", "0", 0, most), wire: (*exchange).stall},
	"huge":         {about: "a body of blanks", param: numberParam("BYTES", "10737418240", 1, most), instead: success, wire: (*exchange).huge},
	"long-value":   {about: "a record with one very long value", param: numberParam("BYTES", "104857600", 1, most), instead: success, wire: (*exchange).longValue},
	"many-results": {about: "a page of many more records than were asked for", param: numberParam("COUNT", "1000000", 1, most), instead: success, wire: (*exchange).manyResults},
	"gzip-bomb":    {about: "blanks, a thousandth of their size on the wire", param: numberParam("MEBIBYTES", "1024", 1, 1<<20), instead: success, wire: (*exchange).bomb},
	"content-type": {about: "another type of content", param: anyParam("TYPE", "text/plain"),
		header: func(_ *call, h http.Header, kind string) { h.Set("Content-Type", kind) }},
	"daily-remaining": {about: "a header that says how many requests of the day are left", param: numberParam("COUNT", "0", 0, most),
		header: func(_ *call, h http.Header, n string) { h.Set("X-HubSpot-RateLimit-Daily-Remaining", n) }},
	"clock": {about: "the portal's clock is ahead, or behind where the sign is -", param: signedParam("TIME", "1h"),
		header: func(c *call, h http.Header, d string) {
			h.Set("Date", c.time().Add(paramDuration(d)).UTC().Format(http.TimeFormat))
		}},
	"no-rate-headers": {about: "no header about limits", header: withoutLimits},
}

func success(*call, string) answer { return answer{status: http.StatusOK} }

func withoutLimits(_ *call, h http.Header, _ string) {
	for name := range h {
		if strings.HasPrefix(name, "X-Hubspot-Ratelimit-") {
			h.Del(name)
		}
	}
}

// reset ends the connection so that the client's next read or write fails.
func (x *exchange) reset() {
	conn := x.hijack()
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // closed with something unsent, TCP sends a reset
	}
	_ = conn.Close()
}

// hijack takes the connection from net/http; where there is none, net/http
// breaks off what it has instead.
func (x *exchange) hijack() net.Conn {
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return conn
}

func (x *exchange) halfHeader() {
	conn := x.hijack()
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/js") // the client may be gone
	_ = conn.Close()
}

// start sends the header, and as many bytes of a body of the promised length.
func (x *exchange) start(n, promised int) {
	x.w.Header().Set("Content-Length", strconv.Itoa(promised))
	x.w.WriteHeader(x.status)
	_, _ = x.w.Write(x.body[:n]) // the client may be gone
	x.flush()
}

func (x *exchange) flush() { _ = http.NewResponseController(x.w).Flush() } // not every writer can

// cut promises the whole body and ends within it, or before the header where
// there is no body.
func (x *exchange) cut() {
	n := len(x.body) / 2
	if x.param != "" {
		n = min(paramNumber(x.param), len(x.body)-1)
	}
	if len(x.body) > 0 {
		x.start(n, len(x.body))
	}
	panic(http.ErrAbortHandler) // net/http ends the connection, and says nothing
}

func (x *exchange) slow() {
	x.start(0, len(x.body))
	for i := range x.body {
		if !pause(x.r.Context(), paramDuration(x.param)) {
			return
		}
		_, _ = x.w.Write(x.body[i : i+1]) // the client may be gone
		x.flush()
	}
}

// stall waits until the client goes.
func (x *exchange) stall() {
	x.start(min(paramNumber(x.param), len(x.body)), len(x.body)+1)
	<-x.r.Context().Done()
}

func (x *exchange) huge() {
	x.stream(`{"results":[`, " ", paramNumber(x.param), "]}")
}

func (x *exchange) longValue() {
	x.stream(`{"status":"COMPLETE","results":[{"id":"1","properties":{"name":"`, "x", paramNumber(x.param), `"},"createdAt":"2025-01-02T03:04:05Z","updatedAt":"2025-01-02T03:04:05Z"}]}`)
}

func (x *exchange) manyResults() {
	const one = `{"id":"1","properties":{},"createdAt":"2025-01-02T03:04:05Z","updatedAt":"2025-01-02T03:04:05Z"}`
	x.stream(`{"status":"COMPLETE","results":[`, one+",", paramNumber(x.param)-1, one+"]}")
}

// stream sends a body too large to hold, in chunks, until the client goes.
func (x *exchange) stream(head, part string, times int, tail string) {
	const chunk = 1 << 16
	x.w.WriteHeader(x.status)
	_, err := io.WriteString(x.w, head)
	parts := bytes.Repeat([]byte(part), chunk/len(part)+1)
	for left := times * len(part); left > 0 && err == nil; left -= len(parts) {
		_, err = x.w.Write(parts[:min(left, len(parts))])
	}
	if err == nil {
		_, _ = io.WriteString(x.w, tail) // the client may be gone
	}
}

// bomb sends one compressed mebibyte of blanks again and again: gzip allows a
// file of several members.
func (x *exchange) bomb() {
	x.w.Header().Set("Content-Encoding", "gzip")
	x.w.WriteHeader(x.status)
	member := squeeze(bytes.Repeat([]byte{' '}, 1<<20))
	for range paramNumber(x.param) {
		if _, err := x.w.Write(member); err != nil {
			return
		}
	}
	_, _ = x.w.Write(squeeze([]byte(`{"results":[]}`))) // the client may be gone
}

func squeeze(body []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic("sim: gzip has this level: " + err.Error())
	}
	_, _ = z.Write(body) // into memory
	_ = z.Close()
	return b.Bytes()
}
