package crawl

import (
	"encoding/binary"
	"time"

	"hubgraph/graphmodel"
)

// texts are the texts of a record, in the order in which they are written.
func texts(r *graphmodel.Record) [9]*string {
	return [...]*string{&r.Name, &r.PipelineID, &r.StageID, &r.Amount, &r.Currency, &r.Domain, &r.EmailDomain, &r.LifecycleStage, &r.URL}
}

// appendRecord writes down a record but for its key: texts, numbers that may be
// missing, and properties.
func appendRecord(b []byte, r *graphmodel.Record) []byte {
	for _, text := range texts(r) {
		b = appendText(b, *text)
	}
	for _, n := range [...]*int64{micros(r.CreatedAt), micros(r.UpdatedAt), micros(r.CloseDate), bit(r.IsClosed), bit(r.IsWon), bit(&r.Archived), r.OwnerID} {
		if n == nil {
			b = append(b, 0)
		} else {
			b = binary.AppendVarint(append(b, 1), *n)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(r.Properties)))
	for name, value := range r.Properties {
		b = appendText(appendText(b, name), value)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// readRecord reads what appendRecord wrote. It reports false where that is not
// what it finds.
func readRecord(data []byte) (r graphmodel.Record, ok bool) {
	d := &recordReader{data: data}
	for _, text := range texts(&r) {
		*text = d.text()
	}
	r.CreatedAt, r.UpdatedAt, r.CloseDate = d.time(), d.time(), d.time()
	r.IsClosed, r.IsWon = d.flag(), d.flag()
	if archived := d.flag(); archived != nil {
		r.Archived = *archived
	}
	r.OwnerID = d.number()
	count := d.length()
	if count > 0 {
		r.Properties = make(map[string]string, count)
	}
	for range count {
		name := d.text()
		r.Properties[name] = d.text()
	}
	return r, !d.bad && len(d.data) == 0
}

// recordReader reads a record; what is left of one that is not as it should be
// is empty.
type recordReader struct {
	data []byte
	bad  bool
}

func (d *recordReader) fail() {
	d.data, d.bad = nil, true
}

// length reads the number of things that follow, each of a byte at least.
func (d *recordReader) length() int {
	n, used := binary.Uvarint(d.data)
	if used <= 0 || n > uint64(len(d.data)-used) {
		d.fail()
		return 0
	}
	d.data = d.data[used:]
	return int(n)
}

func (d *recordReader) text() string {
	n := d.length()
	s := string(d.data[:n])
	d.data = d.data[n:]
	return s
}

func (d *recordReader) number() *int64 {
	if len(d.data) == 0 {
		d.fail()
		return nil
	}
	there := d.data[0] != 0
	d.data = d.data[1:]
	if !there {
		return nil
	}
	n, used := binary.Varint(d.data)
	if used <= 0 {
		d.fail()
		return nil
	}
	d.data = d.data[used:]
	return &n
}

func (d *recordReader) time() *time.Time {
	n := d.number()
	if n == nil {
		return nil
	}
	t := time.UnixMicro(*n).UTC()
	return &t
}

func (d *recordReader) flag() *bool {
	n := d.number()
	if n == nil {
		return nil
	}
	set := *n != 0
	return &set
}

func micros(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	n := t.UnixMicro()
	return &n
}

func bit(b *bool) *int64 {
	if b == nil {
		return nil
	}
	var n int64
	if *b {
		n = 1
	}
	return &n
}
