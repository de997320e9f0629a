package crawl

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"os"
	"slices"

	"hubgraph/graphmodel"
)

// spool keeps records on disk, a line of JSON each in the order in which they
// were met, and in memory only where each one lies: what a portal's records say
// need not fit into memory.
type spool struct {
	file   *os.File
	writer *bufio.Writer
	size   int64
	places map[string][]place // by object type
}

// place is where the record of an id lies, and when that record was changed.
type place struct {
	id, updated, offset int64
}

// newSpool opens a file in dir that Close removes.
func newSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, "records-*")
	if err != nil {
		return nil, fmt.Errorf("keep records on disk: %w", err)
	}
	return &spool{file: f, writer: bufio.NewWriterSize(f, 1<<20), places: map[string][]place{}}, nil
}

func (s *spool) put(r graphmodel.Record) error {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("keep %s on disk: %w", r.Key, err)
	}
	if _, err := s.writer.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("keep %s on disk: %w", r.Key, err)
	}
	p := place{id: r.ID, offset: s.size}
	if r.UpdatedAt != nil {
		p.updated = r.UpdatedAt.UnixMicro()
	}
	s.places[r.Type] = append(s.places[r.Type], p)
	s.size += int64(len(line)) + 1
	return nil
}

// finish orders the places. Of an id that came twice the version that was
// changed last stays, else the one that came last.
func (s *spool) finish() error {
	for typ, places := range s.places {
		slices.SortFunc(places, func(a, b place) int {
			return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(b.updated, a.updated), cmp.Compare(b.offset, a.offset))
		})
		s.places[typ] = slices.CompactFunc(places, func(a, b place) bool { return a.id == b.id })
	}
	return s.writer.Flush()
}

// records yields each record once, by type and id.
func (s *spool) records() iter.Seq2[graphmodel.Record, error] {
	return func(yield func(graphmodel.Record, error) bool) {
		lines := lines{file: s.file}
		for _, typ := range slices.Sorted(maps.Keys(s.places)) {
			for _, p := range s.places[typ] {
				var r graphmodel.Record
				line, err := lines.at(p.offset)
				if err == nil {
					err = json.Unmarshal(line, &r)
				}
				if err != nil {
					err = fmt.Errorf("read %s:%d back from disk: %w", typ, p.id, err)
				}
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}

func (s *spool) Close() error {
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// lines reads lines that mostly follow each other.
type lines struct {
	file   *os.File
	reader *bufio.Reader
	next   int64 // offset of the line that reader gives next
}

func (l *lines) at(offset int64) ([]byte, error) {
	if l.reader == nil || offset != l.next {
		l.reader = bufio.NewReaderSize(io.NewSectionReader(l.file, offset, math.MaxInt64-offset), 1<<16)
	}
	line, err := l.reader.ReadBytes('\n')
	l.next = offset + int64(len(line))
	return line, err
}
