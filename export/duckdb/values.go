package duckdb

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// writeJSON writes rows as objects, each on a line, with what stands before, between and
// behind them.
func writeJSON(w io.Writer, rows *sql.Rows, columns []*sql.ColumnType, before, between, behind string) error {
	out := bufio.NewWriter(w)
	out.WriteString(before)
	n := 0
	err := eachRow(rows, columns, func(values []any) error {
		if n++; n > 1 {
			out.WriteString(between)
		}
		if n > 1 || before != "" {
			out.WriteString("\n")
		}
		line := []byte{'{'}
		for i, c := range columns {
			if i > 0 {
				line = append(line, ',')
			}
			line = appendText(line, c.Name())
			line = appendValue(append(line, ':'), values[i], c.DatabaseTypeName())
		}
		_, err := out.Write(append(line, '}'))
		return err
	})
	if n > 0 {
		out.WriteByte('\n')
	}
	out.WriteString(behind)
	if err != nil {
		return err
	}
	return out.Flush()
}

// eachRow calls f for every row.
func eachRow(rows *sql.Rows, columns []*sql.ColumnType, f func(values []any) error) error {
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return refusal(err)
		}
		if err := f(values); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return refusal(err)
	}
	return nil
}

// appendValue writes a value of DuckDB as JSON.
func appendValue(b []byte, value any, typ string) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendText(b, v)
	case float32:
		return appendFloat(b, float64(v), 32)
	case float64:
		return appendFloat(b, v, 64)
	case duckdb.Decimal:
		return append(b, decimalText(v)...)
	case *big.Int:
		return v.Append(b, 10)
	case time.Time:
		return appendText(b, timeText(v, typ))
	case []byte:
		return appendText(b, bytesText(v, typ))
	case []any:
		return appendList(b, v, strings.TrimSuffix(typ, "[]"))
	case duckdb.OrderedMap:
		return appendMap(b, v)
	case map[string]any:
		return appendStruct(b, v)
	case bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64:
		return fmt.Append(b, v)
	}
	return appendText(b, fmt.Sprint(value))
}

// appendText writes a text as JSON; what is not UTF-8 becomes U+FFFD.
func appendText(b []byte, s string) []byte {
	var quoted bytes.Buffer
	e := json.NewEncoder(&quoted)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string can be encoded
	}
	return append(b, bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))...)
}

// appendFloat writes the shortest text that is the same number. JSON has no
// words for infinity and for what is no number.
func appendFloat(b []byte, f float64, bits int) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, f, 'g', -1, bits)
}

// decimalText writes a decimal with all digits of its scale: 12.50.
func decimalText(d duckdb.Decimal) string {
	digits := new(big.Int).Abs(d.Value).String()
	scale := int(d.Scale)
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale+1-len(digits)) + digits
	}
	if scale > 0 {
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if d.Value.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

func timeText(t time.Time, typ string) string {
	switch {
	case typ == "DATE":
		return t.Format(time.DateOnly)
	case strings.HasPrefix(typ, "TIME") && !strings.HasPrefix(typ, "TIMESTAMP"):
		return t.Format("15:04:05.999999999")
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func bytesText(v []byte, typ string) string {
	if typ == "UUID" && len(v) == 16 {
		return fmt.Sprintf("%x-%x-%x-%x-%x", v[:4], v[4:6], v[6:8], v[8:10], v[10:])
	}
	return hex.EncodeToString(v)
}

func appendList(b []byte, list []any, typ string) []byte {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(b, v, typ)
	}
	return append(b, ']')
}

func appendMap(b []byte, m duckdb.OrderedMap) []byte {
	b = append(b, '{')
	values := m.Values()
	for i, key := range m.Keys() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, plain(key, ""))
		b = appendValue(append(b, ':'), values[i], "")
	}
	return append(b, '}')
}

func appendStruct(b []byte, s map[string]any) []byte {
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, name)
		b = appendValue(append(b, ':'), s[name], "")
	}
	return append(b, '}')
}

// plain is a value as people read it: JSON, but for quotes around texts.
func plain(value any, typ string) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return timeText(v, typ)
	case []byte:
		return bytesText(v, typ)
	}
	return string(appendValue(nil, value, typ))
}
