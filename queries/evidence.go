package queries

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// column is a column of a check's result.
type column struct {
	name  string
	scale int  // digits after the point of a decimal
	date  bool // of times, only the day counts
}

var decimalPattern = regexp.MustCompile(`^DECIMAL\(\d+, ?(\d+)\)`)

func newColumn(name, databaseType string) column {
	c := column{name: name, date: strings.HasPrefix(databaseType, "DATE")} // DATE[] too
	if m := decimalPattern.FindStringSubmatch(databaseType); m != nil {
		c.scale, _ = strconv.Atoi(m[1])
	}
	return c
}

// layout is how the column's times are written.
func (c column) layout() string {
	if c.date {
		return time.DateOnly
	}
	return time.RFC3339Nano
}

// packer writes the columns that findings lacks as a JSON object, in their
// order, so that the same values give the same text whichever engine ran the
// query: nulls and empty lists are left out, integers and decimals are numbers,
// the latter with all digits of their scale, times RFC 3339 in UTC, dates
// YYYY-MM-DD.
type packer struct {
	buffer bytes.Buffer
	text   *json.Encoder
}

func newPacker() *packer {
	p := &packer{}
	p.text = json.NewEncoder(&p.buffer)
	p.text.SetEscapeHTML(false)
	return p
}

func (p *packer) pack(columns []column, values []any) (string, error) {
	p.buffer.Reset()
	p.buffer.WriteByte('{')
	for i, c := range columns {
		if list, ok := values[i].([]any); values[i] == nil || ok && len(list) == 0 {
			continue
		}
		if p.buffer.Len() > 1 {
			p.buffer.WriteByte(',')
		}
		p.write(c.name)
		p.buffer.WriteByte(':')
		if err := p.value(c, values[i]); err != nil {
			return "", fmt.Errorf("column %s: %w", c.name, err)
		}
	}
	p.buffer.WriteByte('}')
	return p.buffer.String(), nil
}

// write writes a text, which always can be encoded.
func (p *packer) write(s string) {
	_ = p.text.Encode(s)                  // a bytes.Buffer takes everything
	p.buffer.Truncate(p.buffer.Len() - 1) // the encoder's line break
}

func (p *packer) value(c column, v any) error {
	switch v := v.(type) {
	case nil:
		p.buffer.WriteString("null")
	case string:
		p.write(v)
	case bool:
		p.buffer.WriteString(strconv.FormatBool(v))
	case int8, int16, int32, int64, uint8, uint16, uint32, uint64, *big.Int:
		fmt.Fprint(&p.buffer, v)
	case float64:
		return p.float(v)
	case time.Time:
		p.write(v.UTC().Format(c.layout()))
	case []any:
		return p.list(c, v)
	case fmt.Stringer: // the driver's decimals
		number, ok := new(big.Rat).SetString(v.String())
		if !ok {
			return fmt.Errorf("evidence cannot hold a %T", v)
		}
		p.buffer.WriteString(number.FloatString(c.scale))
	default:
		return fmt.Errorf("evidence cannot hold a %T", v)
	}
	return nil
}

func (p *packer) float(v float64) error {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return fmt.Errorf("%v is no number that JSON knows", v)
	}
	text, err := json.Marshal(v)
	p.buffer.Write(text)
	return err
}

func (p *packer) list(c column, values []any) error {
	p.buffer.WriteByte('[')
	for i, v := range values {
		if i > 0 {
			p.buffer.WriteByte(',')
		}
		if err := p.value(c, v); err != nil {
			return err
		}
	}
	p.buffer.WriteByte(']')
	return nil
}
