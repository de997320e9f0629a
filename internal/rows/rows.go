// Package rows writes rows one after the other, however many there are: as lines for people,
// or as JSON, NDJSON or CSV for programs.
package rows

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// The formats.
const (
	Text   = "text"
	JSON   = "json"
	NDJSON = "ndjson"
	CSV    = "csv"
)

// Writer writes rows, which are all structs of one type with names for JSON.
type Writer struct {
	to     io.Writer
	format string
	head   string // before the list of JSON
	tail   string // behind it
	n      int
	csv    *csv.Writer
}

// New writes rows in a format, in JSON as a list.
func New(to io.Writer, format string) *Writer { return Within(to, format, "", "") }

// Within is New with what stands around the list of JSON. Nothing is printed before the first
// row or the end: what fails at once leaves no half of a list.
func Within(to io.Writer, format, head, tail string) *Writer {
	return &Writer{to: to, format: format, head: head, tail: tail, csv: csv.NewWriter(to)}
}

// print prints. What comes of it the last line says: the writer remembers.
func (w *Writer) print(text string) { _, _ = io.WriteString(w.to, text) }

// Put writes a row: text and the end of a line where people read it, unless that is empty.
func (w *Writer) Put(row any, text string) error {
	w.n++
	switch w.format {
	case Text:
		if text != "" {
			w.print(text + "\n")
		}
	case CSV:
		return w.record(row)
	default:
		line, err := json.Marshal(row)
		if err != nil {
			return err
		}
		if w.format == JSON {
			w.print(w.between())
		}
		w.print(string(line))
		if w.format == NDJSON {
			w.print("\n")
		}
	}
	return nil
}

// between is what stands before the row of JSON that is put.
func (w *Writer) between() string {
	if w.n > 1 {
		return ",\n"
	}
	return w.head + "["
}

// Close ends the rows. Without any there is still a list, but no header of CSV.
func (w *Writer) Close() error {
	w.csv.Flush()
	if w.format == JSON && w.n == 0 {
		w.print(w.head + "[")
	}
	if w.format == JSON {
		w.print("]" + w.tail + "\n")
	}
	return w.csv.Error()
}

// record writes a row of CSV, and the header before the first.
func (w *Writer) record(row any) error {
	v := reflect.Indirect(reflect.ValueOf(row))
	var header, fields []string
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == "-" || !v.Type().Field(i).IsExported() {
			continue
		}
		text, err := field(v.Field(i))
		if err != nil {
			return err
		}
		header, fields = append(header, name), append(fields, text)
	}
	if w.n == 1 {
		_ = w.csv.Write(header) // the writer remembers
	}
	return w.csv.Write(fields)
}

// field is a value as CSV has it: nothing for none, and what is made of several as JSON.
func field(v reflect.Value) (string, error) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", nil
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int32, reflect.Int64:
		return fmt.Sprint(v.Interface()), nil
	}
	text, err := json.Marshal(v.Interface())
	return string(text), err
}
