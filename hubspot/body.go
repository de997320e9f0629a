package hubspot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// The most that an answer may take: a page of HubSpot's has some hundred KiB.
const (
	maxBody  = 64 << 20         // bytes, inflated
	maxRatio = 200              // inflated to sent, in bodies above smallBody
	maxTime  = 2 * time.Minute  // from the request's first byte to the answer's last; HubSpot itself gives up after 100 s (524)
	maxIdle  = 30 * time.Second // between two pieces of a body

	smallBody  = 1 << 20
	keptBuffer = 4 << 20 // larger buffers are left to the garbage collector
)

var (
	errTooSlow = errors.New("the answer comes too slowly")
	errHuge    = errors.New("it is larger than an answer can be")

	errEncoding = errors.New("it is encoded in a way that was not asked for")
)

// receiver reads each answer whole, so that one that breaks off is a fault of
// the attempt, which the retry loop repeats. It inflates the body itself: that
// way the limits count inflated bytes.
type receiver struct {
	next      http.RoundTripper
	buffers   sync.Pool // of *[]byte
	inflaters sync.Pool // of *gzip.Reader
}

// RoundTrip sends a request and reads its answer.
func (v *receiver) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	timer := time.AfterFunc(maxTime, func() { cancel(errTooSlow) })
	defer timer.Stop()
	r = r.Clone(ctx)
	r.Header.Set("Accept-Encoding", "gzip")
	resp, err := v.next.RoundTrip(r)
	if err != nil {
		return nil, v.cause(ctx, err)
	}
	body := &received{pool: &v.buffers}
	data, sent, err := v.read(ctx, resp, cancel)
	if closed := resp.Body.Close(); err == nil {
		err = closed
	}
	body.data, body.sent = data, sent
	if err != nil {
		if ctx.Err() == nil {
			err = unreadable(err)
		}
		return nil, errors.Join(v.cause(ctx, err), body.Close())
	}
	resp.Body = body
	return resp, nil
}

// unreadable says of a body that could not be read whether it is HubSpot's and
// broke off, or is none of HubSpot's.
func unreadable(err error) error {
	var flawed flate.CorruptInputError
	if errors.Is(err, errHuge) || errors.Is(err, errEncoding) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &flawed) {
		return fmt.Errorf("%w: its body cannot be read: %w", ErrMalformed, err)
	}
	return fmt.Errorf("the answer broke off: %w", err)
}

func (*receiver) cause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errTooSlow) {
		return cause
	}
	return err
}

// read reads and inflates a body. It returns the buffer also with an error, and
// what was sent where somebody wants to remember it.
func (v *receiver) read(ctx context.Context, resp *http.Response, cancel context.CancelCauseFunc) ([]byte, Body, error) {
	data := v.buffer()
	idle := time.AfterFunc(maxIdle, func() { cancel(errTooSlow) })
	defer idle.Stop()
	sent := &meter{r: resp.Body, more: func() { idle.Reset(maxIdle) }, keep: answersOf(ctx) != nil}
	encoding := resp.Header.Get("Content-Encoding")
	var err error
	switch encoding {
	case "", "identity":
		if n := resp.ContentLength; n > 0 && n < maxBody {
			data = slices.Grow(data, int(n)+1)
		}
		data, err = readBounded(sent, data, sent)
	case "gzip":
		data, err = v.unzip(data, sent)
	default:
		err = fmt.Errorf("%w: %q", errEncoding, encoding)
	}
	return data, Body{encoding == "gzip", sent.kept}, err
}

// unzip reads and inflates what is sent.
func (v *receiver) unzip(data []byte, sent *meter) ([]byte, error) {
	inflater, err := v.inflater(sent)
	if err != nil {
		if errors.Is(err, io.EOF) && sent.n == 0 {
			return data, nil // an empty body is called gzip too
		}
		return data, err
	}
	defer v.inflaters.Put(inflater)
	return readBounded(inflater, data, sent)
}

// inflate reads a body that is in memory.
func (v *receiver) inflate(b Body) (*received, error) {
	if !b.Gzip {
		return &received{data: b.Bytes, pool: &v.buffers}, nil
	}
	data, err := v.unzip(v.buffer(), &meter{r: bytes.NewReader(b.Bytes), more: func() {}})
	return &received{data: data, pool: &v.buffers}, err
}

// readBounded reads a body into data, which it makes larger. Beyond some MiB it
// reads pieces and joins them at the end: an answer that is too large is found out
// before it was copied.
func readBounded(body io.Reader, data []byte, sent *meter) ([]byte, error) {
	var pieces [][]byte
	before := 0 // bytes in pieces
	for {
		if len(data) == cap(data) && len(data) >= keptBuffer {
			pieces, before = append(pieces, data), before+len(data)
			data = make([]byte, 0, keptBuffer)
		} else if len(data) == cap(data) {
			data = slices.Grow(data, max(len(data), 64<<10))
		}
		n, err := body.Read(data[len(data):min(cap(data), maxBody+1-before)])
		data = data[:len(data)+n]
		if size := before + len(data); size > maxBody || size > smallBody && int64(size) > maxRatio*sent.n {
			return data, fmt.Errorf("%w (%d bytes inflated, %d sent)", errHuge, size, sent.n)
		}
		switch {
		case errors.Is(err, io.EOF) && pieces != nil:
			return slices.Concat(append(pieces, data)...), nil
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return data, err
		}
	}
}

func (v *receiver) buffer() []byte {
	if b, ok := v.buffers.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return nil
}

func (v *receiver) inflater(r io.Reader) (*gzip.Reader, error) {
	if z, ok := v.inflaters.Get().(*gzip.Reader); ok {
		return z, z.Reset(r)
	}
	return gzip.NewReader(r)
}

// received is the body of an answer, in memory.
type received struct {
	data []byte
	sent Body // where somebody wants to remember it
	read int
	pool *sync.Pool
}

// Read reads on from where the last one ended.
func (b *received) Read(p []byte) (int, error) {
	if b.read >= len(b.data) {
		return 0, io.EOF
	}
	n := copy(p, b.data[b.read:])
	b.read += n
	return n, nil
}

// Close gives the buffer back: nothing may point into it any more.
func (b *received) Close() error {
	if data := b.data; cap(data) > 0 && cap(data) <= keptBuffer {
		b.pool.Put(&data)
	}
	b.data = nil
	return nil
}

// bodyOf gives the bytes of an answer, which end with its Close.
func bodyOf(resp *http.Response) []byte {
	if body, ok := resp.Body.(*received); ok {
		return body.data
	}
	return nil
}

// sentOf gives the body of an answer as it came.
func sentOf(resp *http.Response) Body {
	if body, ok := resp.Body.(*received); ok {
		return body.sent
	}
	return Body{}
}

// meter counts what is read through it, keeps it, and reports that something came.
type meter struct {
	r    io.Reader
	more func()
	keep bool
	kept []byte
	n    int64
}

// Read reads from the connection.
func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n += int64(n)
	if m.keep {
		m.kept = append(m.kept, p[:n]...)
	}
	m.more()
	return n, err
}
