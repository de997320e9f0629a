package crawl

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"hubgraph/hubspot"
)

// mostAnswer bounds what a frame may say of its length: no answer is longer.
const mostAnswer = 65 << 20

// header says whose crawl a journal is of.
type header struct {
	Tool       string    `json:"tool"`
	APIVersion string    `json:"api_version"`
	PortalID   int64     `json:"portal_id"`
	Scope      string    `json:"scope"`
	Started    time.Time `json:"started"`
}

// JournalOptions say which crawl a journal is for.
type JournalOptions struct {
	Path   string
	Tool   string        // version of the program: another one may ask for other things
	Scope  Scope         // what the crawl reads
	Fresh  bool          // begin anew, whatever there is
	Within time.Duration // a crawl that began longer ago is not gone on with
}

// OpenJournal opens the journal of an earlier crawl to go on with it, and else
// begins a new one. note is a sentence for people that says which, and why; it is
// empty where there is nothing to say. A journal that is not gone on with is
// removed. Close or Discard the journal in the end.
func (s *Source) OpenJournal(o JournalOptions) (j *Journal, note string, err error) {
	h := header{Tool: o.Tool, APIVersion: s.client.APIVersion(), PortalID: s.Account.PortalID, Scope: o.Scope.text(), Started: s.started}
	l, err := load(o.Path)
	if err != nil {
		return nil, "", err
	}
	switch why := l.unfit(h, o); {
	case l.file == nil:
		j, err = create(o.Path, h)
	case why == "":
		note = fmt.Sprintf("going on with the crawl that began at %s: %d answers are kept", l.header.Started.Format(time.RFC3339), l.count)
		j, err = l.resume(o.Path)
	default:
		note = "an unfinished crawl is not gone on with: " + why
		if err = l.file.Close(); err == nil {
			j, err = create(o.Path, h)
		}
	}
	if err != nil {
		return nil, "", err
	}
	s.journal, s.started = j, j.Started
	return j, note, nil
}

// loaded is what lies in a journal.
type loaded struct {
	file   *os.File // nil: there is none
	header header
	why    string // it cannot be gone on with
	end    int64  // of what can be read
	count  int64
	places map[hubspot.Fingerprint][]extent
	reset  *time.Time
}

// load reads a journal up to its end, or to what cannot be read. An error means
// that nothing can be known of it.
func load(path string) (*loaded, error) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW, 0)
	if errors.Is(err, os.ErrNotExist) {
		return &loaded{}, nil
	}
	if err != nil {
		return nil, journalError(path, err)
	}
	l := &loaded{file: f, places: map[hubspot.Fingerprint][]extent{}}
	if err := l.read(bufio.NewReaderSize(f, 1<<20)); err != nil {
		return nil, errors.Join(journalError(path, err), f.Close())
	}
	return l, nil
}

// read takes in frame after frame. What is not as it should be ends the journal
// there; only what the disk refuses to give is an error.
func (l *loaded) read(r *bufio.Reader) error {
	magic := make([]byte, len(journalMagic))
	if _, err := io.ReadFull(r, magic); err != nil && !ended(err) {
		return err
	}
	if string(magic) != journalMagic {
		l.why = "its journal was cut off or written over"
		if bytes.HasPrefix(magic, []byte(strings.TrimRight(journalMagic, "1\n"))) {
			l.why = "its journal was written by another version of hubgraph"
		}
		return nil
	}
	l.end = int64(len(magic))
	var payload []byte
	for {
		var err error
		payload, err = readFrame(r, payload)
		if err != nil && !ended(err) {
			return err
		}
		if err != nil || !l.take(payload) {
			break
		}
		l.end += int64(frameHead + len(payload))
	}
	if l.header.PortalID == 0 {
		l.why = "its journal was cut off or written over"
	}
	return nil
}

func ended(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errSpoilt)
}

var errSpoilt = errors.New("a frame is not what was written")

// readFrame reads the payload of a frame into buffer, which it may make larger.
func readFrame(r *bufio.Reader, buffer []byte) ([]byte, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return buffer, err
	}
	length := binary.LittleEndian.Uint32(head[:])
	if length == 0 || length > mostAnswer {
		return buffer, errSpoilt
	}
	payload := bytes.NewBuffer(buffer[:0]) // grows as far as there are bytes, whatever the length says
	if _, err := io.CopyN(payload, r, int64(length)); err != nil {
		return buffer, err
	}
	if crc32.Checksum(payload.Bytes(), castagnoli) != binary.LittleEndian.Uint32(head[4:]) {
		return buffer, errSpoilt
	}
	return payload.Bytes(), nil
}

// take takes in a payload, and reports whether it can be what it says.
func (l *loaded) take(payload []byte) bool {
	rest := payload[1:]
	if isHeader := payload[0] == headerFrame; isHeader != (l.header.PortalID == 0) {
		return false
	}
	switch payload[0] {
	case headerFrame:
		return json.Unmarshal(rest, &l.header) == nil && l.header.PortalID != 0
	case answerFrame:
		var f hubspot.Fingerprint
		if len(rest) <= len(f) {
			return false
		}
		copy(f[:], rest)
		body := int64(len(f)) + 1
		l.places[f] = append(l.places[f], extent{l.end + frameHead + body, int64(len(payload)) - body})
		l.count++
		return true
	case markFrame:
		var m mark
		if json.Unmarshal(rest, &m) != nil || m.Answers > l.count {
			return false // an answer that was there is not
		}
		l.reset = m.Reset
		return true
	}
	return false
}

// unfit says why a journal is not one for the crawl of h; it is empty where it is
// one.
func (l *loaded) unfit(h header, o JournalOptions) string {
	was := l.header
	age := h.Started.Sub(was.Started)
	switch {
	case l.why != "":
		return l.why
	case o.Fresh:
		return "--fresh begins anew"
	case was.PortalID != h.PortalID:
		return fmt.Sprintf("it is of portal %d", was.PortalID)
	case was.Tool != h.Tool:
		return "it was begun by hubgraph " + was.Tool
	case was.APIVersion != h.APIVersion:
		return "it was begun with --api-version " + was.APIVersion
	case was.Scope != h.Scope:
		return "it was begun with other --types, --properties, --directions or --owners"
	case age < 0:
		return "the clock was set back since it began"
	case age > o.Within && (l.reset == nil || h.Started.Sub(*l.reset) > o.Within):
		return fmt.Sprintf("it began at %s, more than %s ago", was.Started.Format(time.RFC3339), o.Within)
	}
	return ""
}

// resume makes a journal of what was loaded, and cuts off what could not be read.
func (l *loaded) resume(path string) (*Journal, error) {
	if err := l.file.Truncate(l.end); err != nil {
		return nil, errors.Join(journalError(path, err), l.file.Close())
	}
	return start(&Journal{Started: l.header.Started, path: path, file: l.file, size: l.end, count: l.count, places: l.places}), nil
}
