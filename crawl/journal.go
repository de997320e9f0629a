package crawl

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"sync"
	"time"

	"hubgraph/hubspot"
)

// A journal is a file of what a portal answered to a crawl that is not published
// yet. A crawl is a function of these answers and of the time at which it began:
// one that was killed goes on by running again from its beginning, with what the
// journal has in the place of what the portal would have to be asked.
//
// The file begins with journalMagic. Frames follow: the length of the payload and
// its CRC-32C, each of four bytes, little-endian, and the payload, whose first byte
// is its kind. The first frame is the header, a JSON object that says whose crawl
// it is. An answer is the fingerprint of its request, whether the body is
// compressed, and the body as it came. A mark, a JSON object, follows each sync, and
// says how many answers are safe from then on, whatever happens to the machine.
//
// Frames are written one by one, so that a process that dies loses what had not
// been answered. What cannot be read, with all that comes behind it, is cut off
// before the crawl goes on.
const journalMagic = "hubgraph journal 1\n"

// The kinds of frames.
const (
	headerFrame = 'h'
	answerFrame = 'a'
	markFrame   = 'm'
)

// How the body of an answer came.
const (
	plain  = 0
	zipped = 1
)

// frameHead is the length and the checksum before a payload.
const frameHead = 8

// Answers are synced when there are so many, or after so long.
const (
	markAnswers  = 50
	markInterval = 5 * time.Second
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Journal keeps the answers to a crawl on disk. It is hubspot.Answers.
type Journal struct {
	// Started is when the crawl began: of one that is resumed, for the first time.
	Started time.Time

	path string
	file *os.File

	mu     sync.Mutex
	size   int64
	count  int64 // answers in the file
	synced int64 // of them
	places map[hubspot.Fingerprint][]extent
	failed error // what went wrong in the background

	full    chan struct{} // enough answers to sync
	closing chan struct{}
	syncing sync.WaitGroup
}

// extent is where an answer lies in the file.
type extent struct{ offset, length int64 }

// mark is what a mark frame says.
type mark struct {
	Answers int64      `json:"answers"`         // on disk for certain
	At      time.Time  `json:"at"`              // for people
	Reset   *time.Time `json:"reset,omitempty"` // the daily limit ended the crawl: when there are requests again
}

// create makes the journal of a crawl that begins, in the place of what lies there.
func create(path string, h header) (*Journal, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, journalError(path, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, journalError(path, err)
	}
	head, err := json.Marshal(h)
	if err == nil {
		head = append([]byte(journalMagic), frame(headerFrame, head)...)
		_, err = f.Write(head)
	}
	if err = errors.Join(err, syncFolder(filepath.Dir(path))); err != nil {
		return nil, errors.Join(journalError(path, err), f.Close(), os.Remove(path))
	}
	return start(&Journal{Started: h.Started, path: path, file: f, size: int64(len(head))}), nil
}

// start begins to sync what a journal keeps.
func start(j *Journal) *Journal {
	j.full, j.closing = make(chan struct{}, 1), make(chan struct{})
	j.syncing.Go(j.sync)
	return j
}

// sync makes answers safe from time to time.
func (j *Journal) sync() {
	ticker := time.NewTicker(markInterval)
	defer ticker.Stop()
	for {
		select {
		case <-j.closing:
			return
		case <-j.full:
		case <-ticker.C:
		}
		if err := j.mark(mark{}); err != nil {
			j.mu.Lock()
			j.failed = err
			j.mu.Unlock()
			return
		}
	}
}

// mark syncs the answers so far and says so in the journal, where there are any
// that it did not say it of, or where m has more to say.
func (j *Journal) mark(m mark) error {
	j.mu.Lock()
	m.Answers, m.At = j.count, time.Now().UTC()
	idle := j.count == j.synced && m.Reset == nil
	j.mu.Unlock()
	if idle {
		return nil
	}
	if err := j.file.Sync(); err != nil {
		return journalError(j.path, err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.synced = m.Answers
	return j.append(frame(markFrame, text))
}

// Keep writes an answer down.
func (j *Journal) Keep(f hubspot.Fingerprint, body hubspot.Body) error {
	encoding := []byte{plain}
	if body.Gzip {
		encoding[0] = zipped
	}
	frames := frame(answerFrame, f[:], encoding, body.Bytes)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	if err := j.append(frames); err != nil {
		return err
	}
	j.count++
	if j.count-j.synced >= markAnswers {
		select {
		case j.full <- struct{}{}:
		default: // it is known already
		}
	}
	return nil
}

// append writes frames at the end. A part of them that got onto a full disk is
// taken back, so that what is kept stays whole.
func (j *Journal) append(frames []byte) error {
	n, err := j.file.WriteAt(frames, j.size)
	if err != nil {
		if n > 0 {
			err = errors.Join(err, j.file.Truncate(j.size))
		}
		return journalError(j.path, err)
	}
	j.size += int64(n)
	return nil
}

// Recall reads an answer back.
func (j *Journal) Recall(f hubspot.Fingerprint) (hubspot.Body, bool) {
	j.mu.Lock()
	places := j.places[f]
	if len(places) == 0 {
		j.mu.Unlock()
		return hubspot.Body{}, false
	}
	j.places[f] = places[1:]
	j.mu.Unlock()
	b := make([]byte, places[0].length)
	if _, err := j.file.ReadAt(b, places[0].offset); err != nil {
		return hubspot.Body{}, false
	}
	return hubspot.Body{Gzip: b[0] == zipped, Bytes: b[1:]}, true
}

// Answers is how many answers the journal has.
func (j *Journal) Answers() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.count
}

// Close makes safe what the journal has, for a crawl that goes on later. Where the
// daily limit ended this one, reset is when there are requests again.
func (j *Journal) Close(reset *time.Time) error {
	j.stop()
	return errors.Join(j.mark(mark{Reset: reset}), j.file.Close())
}

// Discard removes the journal of a crawl that is done.
func (j *Journal) Discard() error {
	j.stop()
	return errors.Join(j.file.Close(), os.Remove(j.path))
}

func (j *Journal) stop() {
	close(j.closing)
	j.syncing.Wait()
}

// frame makes a frame of a payload, which may come in parts.
func frame(kind byte, payload ...[]byte) []byte {
	length := frameHead + 1
	for _, part := range payload {
		length += len(part)
	}
	b := append(make([]byte, frameHead, length), kind)
	for _, part := range payload {
		b = append(b, part...)
	}
	binary.LittleEndian.PutUint32(b, uint32(len(b)-frameHead))
	binary.LittleEndian.PutUint32(b[4:], crc32.Checksum(b[frameHead:], castagnoli))
	return b
}

// journalError says which journal cannot be used.
func journalError(path string, err error) error {
	return fmt.Errorf("keep what the portal answers in %s: %w", path, cause(err))
}

// cause takes operation and path off an error of the file system: the sentence
// around it names them.
func cause(err error) error {
	var of *os.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

// syncFolder makes the names in a folder last.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
