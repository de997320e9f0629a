package repair

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// pair is a line of a file of pairs: two records, and a label, or a type by its id.
type pair struct {
	line     int
	from, to string
	label    string
	typeID   string
	category string
	raw      string // the line as it stands in the file
}

// pairColumns are the columns of a file of pairs.
var pairColumns = []string{"from", "to", "label", "type_id", "category"}

var pairColumnNames = strings.Join(pairColumns, ", ")

// wrongLine is what is wrong in a line of a file of pairs.
type wrongLine struct {
	line int
	text string
	raw  string
}

func wrongAt(line int, format string, args ...any) *wrongLine {
	return &wrongLine{line, fmt.Sprintf(format, args...), ""}
}

// longestLine is how long a line of a file of pairs may be, in bytes.
const longestLine = 1 << 16

// physical are the lines of a file, one at a time.
type physical struct {
	in   *bufio.Reader
	n    int
	text []byte // the line, without its end; good until the next one
	left []byte // of it, what a csv.Reader has not read yet
	err  error  // what ended the reading, but for the end of the file
}

// next goes on to the next line; false at the end of the file.
func (p *physical) next() (wrong *wrongLine, ok bool) {
	line, err := p.in.ReadSlice('\n')
	if len(line) == 0 && err != nil {
		if !errors.Is(err, io.EOF) {
			p.err = err
		}
		return nil, false
	}
	p.n++
	p.text = bytes.TrimRight(line, "\r\n")
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = p.in.ReadSlice('\n')
		}
		p.text = nil
		return wrongAt(p.n, "it is longer than %d bytes, which no pair is: write one pair a line", longestLine), true
	case !utf8.Valid(p.text):
		return wrongAt(p.n, "it is no UTF-8: save the file in this encoding"), true
	}
	p.left = append(p.text, '\n')
	return nil, true
}

// Read gives a csv.Reader the line that next went on to, and ends there: a quote that is not
// closed costs one line and not the rest of the file.
func (p *physical) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	return n, nil
}

// readPairs reads a file of pairs: CSV with a header, or JSON objects, one a line. Each line is
// a pair, or what is wrong with it, which does not keep the others from being read. header is
// the line with the names of the columns, empty of JSON. What is wrong with that is about the
// whole file.
func readPairs(r io.Reader) (header string, pairs iter.Seq2[pair, *wrongLine], wrong *wrongLine, failed func() error) {
	p := &physical{in: bufio.NewReaderSize(r, longestLine)}
	if mark, err := p.in.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
		_, _ = p.in.Discard(len(mark)) // they are there
	}
	failed = func() error { return p.err }
	parse := pairOfJSON
	first, blank := wrongAt(0, ""), true
	for blank {
		var more bool
		if first, more = p.next(); !more {
			return "", func(func(pair, *wrongLine) bool) {}, nil, failed
		}
		blank = first == nil && len(bytes.TrimSpace(p.text)) == 0
	}
	again := true // the first line is one of JSON, and is still to be read
	switch text := bytes.TrimSpace(p.text); {
	case first != nil: // nobody knows what the file is
	case bytes.HasPrefix(text, []byte("[")):
		first = wrongAt(p.n, "it is a JSON list: write one object a line, without brackets and commas around them")
	case !bytes.HasPrefix(text, []byte("{")):
		again, header = false, string(p.text)
		parse, first = csvHeader(p)
	}
	if first != nil {
		return "", nil, first, failed
	}
	return header, func(yield func(pair, *wrongLine) bool) {
		for wrong := (*wrongLine)(nil); ; again = false {
			if !again {
				var more bool
				if wrong, more = p.next(); !more {
					return
				}
			}
			if wrong == nil && len(bytes.TrimSpace(p.text)) == 0 {
				continue
			}
			line := pair{line: p.n, raw: string(p.text)}
			if wrong == nil {
				wrong = parse(p, &line)
			}
			if wrong != nil {
				wrong.raw = line.raw
			}
			if !yield(line, wrong) {
				return
			}
		}
	}, nil, failed
}

// csvHeader reads the header of CSV, and returns what reads the lines behind it. Fields may be
// quoted, and lines end as on any system.
func csvHeader(p *physical) (func(*physical, *pair) *wrongLine, *wrongLine) {
	r := csv.NewReader(p)
	r.TrimLeadingSpace = true
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil, noCSV(p.n, err)
	}
	at := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		switch _, twice := at[name]; {
		case twice:
			return nil, wrongAt(p.n, "the header has the column %s twice: leave out one of them", name)
		case !slices.Contains(pairColumns, name):
			return nil, wrongAt(p.n, "the header has %q, which is no column: the columns are %s, with commas between them", name, pairColumnNames)
		}
		at[name] = i
	}
	for _, name := range pairColumns[:2] {
		if _, ok := at[name]; !ok {
			return nil, wrongAt(p.n, "the header lacks the column %s: the columns are %s", name, pairColumnNames)
		}
	}
	return func(p *physical, to *pair) *wrongLine {
		fields, err := r.Read()
		if err != nil {
			return noCSV(p.n, err)
		}
		if len(fields) != len(header) {
			return wrongAt(p.n, "it has %d fields, and the header has %d: give it one for each column, and quotes around commas", len(fields), len(header))
		}
		for name, field := range map[string]*string{"from": &to.from, "to": &to.to, "label": &to.label, "type_id": &to.typeID, "category": &to.category} {
			if i, ok := at[name]; ok {
				*field = strings.TrimSpace(fields[i])
			}
		}
		return nil
	}, nil
}

// noCSV says why a line cannot be read as CSV.
func noCSV(line int, err error) *wrongLine {
	var at *csv.ParseError
	if errors.As(err, &at) {
		err = at.Err
	}
	return wrongAt(line, "it is no CSV: %v", err)
}

// pairOfJSON reads a JSON object. A type_id may be a number or a text.
func pairOfJSON(p *physical, to *pair) *wrongLine {
	var o struct {
		From     *string     `json:"from"`
		To       *string     `json:"to"`
		Label    string      `json:"label"`
		TypeID   json.Number `json:"type_id"`
		Category string      `json:"category"`
	}
	d := json.NewDecoder(bytes.NewReader(p.text))
	d.DisallowUnknownFields()
	err := d.Decode(&o)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return wrongAt(p.n, "it ends in the middle of a JSON object: write the line again as a whole")
	case err != nil:
		return wrongAt(p.n, "it is no JSON object with the keys %s: %s", pairColumnNames, noObject(err))
	case d.More():
		return wrongAt(p.n, "there is something behind its JSON object: write one a line")
	case o.From == nil:
		return wrongAt(p.n, "it lacks the key from")
	case o.To == nil:
		return wrongAt(p.n, "it lacks the key to")
	}
	to.from, to.to, to.label, to.typeID, to.category = *o.From, *o.To, o.Label, o.TypeID.String(), o.Category
	return nil
}

// noObject says why a line is no object with the keys of a pair, in words of JSON.
func noObject(err error) string {
	var typ *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &typ):
		return strings.TrimPrefix(err.Error(), "json: ")
	case typ.Field == "":
		return "it is of the kind " + typ.Value
	}
	return fmt.Sprintf("%s is of the kind %s, and text is wanted", typ.Field, typ.Value)
}
