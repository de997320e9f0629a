package crawl

import (
	"bufio"
	"cmp"
	"encoding/binary"
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

// spool keeps records on disk in the order in which they were met, and in memory
// only where each one lies: what a portal's records say need not fit into memory.
type spool struct {
	file   *os.File
	writer *bufio.Writer
	size   int64
	buffer []byte
	places map[string][]place // by object type
}

// place is where the record of an id lies.
type place struct{ id, offset int64 }

// newSpool opens a file in dir that Close removes.
func newSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, "records-*")
	if err != nil {
		return nil, fmt.Errorf("keep records on disk: %w", err)
	}
	return &spool{file: f, writer: bufio.NewWriterSize(f, 1<<20), places: map[string][]place{}}, nil
}

func (s *spool) put(r graphmodel.Record) error {
	s.buffer = appendRecord(s.buffer[:0], &r)
	length := binary.AppendUvarint(nil, uint64(len(s.buffer)))
	for _, part := range [][]byte{length, s.buffer} {
		if _, err := s.writer.Write(part); err != nil {
			return fmt.Errorf("keep %s on disk: %w", r.Key, err)
		}
	}
	s.places[r.Type] = append(s.places[r.Type], place{r.ID, s.size})
	s.size += int64(len(length) + len(s.buffer))
	return nil
}

// finish orders the places, without those that keep does not want. Of an id that
// came more than once the version that was changed last stays, else the one that
// came last.
func (s *spool) finish(keep func(graphmodel.Key) bool) error {
	if err := s.writer.Flush(); err != nil {
		return fmt.Errorf("keep records on disk: %w", err)
	}
	reader := newSpoolReader(s.file)
	for typ, places := range s.places {
		slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.offset, b.offset)) })
		kept := places[:0]
		for i := 0; i < len(places); {
			n := 1
			for i+n < len(places) && places[i+n].id == places[i].id {
				n++
			}
			if keep(graphmodel.Key{Type: typ, ID: places[i].id}) {
				newest, err := reader.newest(typ, places[i:i+n])
				if err != nil {
					return err
				}
				kept = append(kept, newest)
			}
			i += n
		}
		s.places[typ] = kept
	}
	return nil
}

// records yields each record once, by type and id.
func (s *spool) records() iter.Seq2[graphmodel.Record, error] {
	return func(yield func(graphmodel.Record, error) bool) {
		reader := newSpoolReader(s.file)
		for _, typ := range slices.Sorted(maps.Keys(s.places)) {
			for _, p := range s.places[typ] {
				r, err := reader.at(typ, p)
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}

// Close removes the file.
func (s *spool) Close() error {
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// spoolReader reads records of which a page of a list, some ten KiB, mostly follow
// each other.
type spoolReader struct {
	file   *os.File
	reader *bufio.Reader
	next   int64 // offset of the record that reader gives next
	buffer []byte
}

func newSpoolReader(f *os.File) *spoolReader {
	return &spoolReader{file: f, reader: bufio.NewReaderSize(f, 1<<14), next: -1}
}

func (s *spoolReader) at(typ string, p place) (graphmodel.Record, error) {
	if p.offset != s.next {
		s.reader.Reset(io.NewSectionReader(s.file, p.offset, math.MaxInt64-p.offset))
	}
	length, err := binary.ReadUvarint(s.reader)
	if err == nil {
		s.buffer = slices.Grow(s.buffer[:0], int(length))[:length]
		_, err = io.ReadFull(s.reader, s.buffer)
	}
	s.next = p.offset + int64(len(binary.AppendUvarint(nil, length))) + int64(length)
	r, ok := readRecord(s.buffer)
	if err == nil && !ok {
		err = errors.New("it is damaged")
	}
	if err != nil {
		return r, fmt.Errorf("read %s:%d back from disk: %w", typ, p.id, err)
	}
	r.Key = graphmodel.Key{Type: typ, ID: p.id}
	return r, nil
}

// newest chooses among the versions of a record.
func (s *spoolReader) newest(typ string, versions []place) (place, error) {
	best, changed := versions[0], int64(math.MinInt64)
	if len(versions) == 1 {
		return best, nil
	}
	for _, p := range versions {
		r, err := s.at(typ, p)
		if err != nil {
			return best, err
		}
		at := int64(math.MinInt64)
		if r.UpdatedAt != nil {
			at = r.UpdatedAt.UnixMicro()
		}
		if at >= changed {
			best, changed = p, at
		}
	}
	return best, nil
}
