package duckdb

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hubgraph/queries"
)

// erasedText stands where a name or a record was in a text.
const erasedText = "[erased]"

// cleaner takes what is sought out of texts and JSON.
type cleaner struct {
	*Sought
	names *regexp.Regexp
}

func (s *Sought) cleaner() cleaner { return cleaner{s, regexp.MustCompile(s.pattern())} }

// Clean is a text without what is sought.
func (s *Sought) Clean(text string) string { return s.cleaner().text(text) }

func (c cleaner) text(text string) string {
	text = c.names.ReplaceAllString(text, erasedText)
	for _, t := range c.Texts {
		if strings.Contains(strings.ToLower(text), strings.ToLower(t)) {
			text = regexp.MustCompile(`(?i)`+regexp.QuoteMeta(t)).ReplaceAllString(text, erasedText)
		}
	}
	return text
}

// mentions reports whether a text or JSON names what is sought, by an id.
func (c cleaner) mentions(evidence string) bool {
	return c.names.MatchString(evidence) || regexp.MustCompile(c.keyed()).MatchString(evidence)
}

// json is a JSON value, which stands under a key, without what is sought; nil where it was
// nothing else. Keys keep their order.
func (c cleaner) json(key string, raw json.RawMessage) (json.RawMessage, error) {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0:
		return nil, fmt.Errorf("the evidence ends early")
	case raw[0] == '{':
		return c.object(raw)
	case raw[0] == '[':
		var list []json.RawMessage
		kept := []json.RawMessage{}
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
		for _, element := range list {
			clean, err := c.json(key, element)
			if err != nil {
				return nil, err
			}
			if clean != nil {
				kept = append(kept, clean)
			}
		}
		if len(kept) == 0 && len(list) > 0 {
			return nil, nil
		}
		return encode(kept)
	case raw[0] == '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, err
		}
		clean := c.text(text)
		if clean == text {
			return raw, nil
		}
		if clean == erasedText {
			return nil, nil
		}
		return encode(clean)
	case c.number(key, string(raw)):
		return nil, nil
	}
	return raw, nil
}

func encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

func (c cleaner) object(raw json.RawMessage) (json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	out := []byte{'{'}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key := token.(string)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		clean, err := c.json(key, value)
		if err != nil {
			return nil, err
		}
		if clean == nil {
			continue
		}
		name, err := encode(key)
		if err != nil {
			return nil, err
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, name...), ':'), clean...)
	}
	return append(out, '}'), nil
}

// evidence is the evidence of a finding of another record without what is sought.
func (c cleaner) evidence(text string) (string, error) {
	clean, err := c.json("", json.RawMessage(text))
	return string(clean), err
}

// identifies reports whether what is sought is a part of what makes a finding the one it
// is, beside the columns of findings. Of a check that is not hubgraph's own nothing is
// known, and so it is.
func (c cleaner) identifies(check, evidence string) (bool, error) {
	all := queries.All()
	i := slices.IndexFunc(all, func(q queries.Check) bool { return q.ID == check })
	if i < 0 {
		return true, nil
	}
	var columns map[string]json.RawMessage
	if err := json.Unmarshal([]byte(evidence), &columns); err != nil {
		return false, err
	}
	for _, name := range all[i].Identity {
		if raw, ok := columns[name]; ok && c.mentions(`{"`+name+`":`+string(raw)+`}`) {
			return true, nil
		}
	}
	return false, nil
}

// found adds the findings that are about what is sought, in any audit.
func (f *Files) found(ctx context.Context, s *Sought) error {
	audits, err := f.Audits()
	if err != nil {
		return err
	}
	files, err := f.Paths("findings", audits...)
	if err != nil || len(files) == 0 {
		return err
	}
	c := s.cleaner()
	about := s.about([]string{"subject_type", "subject_id", "from_type", "from_id", "to_type", "to_id"})
	query := fmt.Sprintf("SELECT DISTINCT fingerprint, check_id, evidence, %[2]s AS own FROM %[1]s WHERE own OR %[3]s",
		readParquet(files, ", union_by_name = true"), about, s.mentioned("evidence"))
	return askFiles(ctx, query, func(row *sql.Rows) error {
		var fingerprint, check, evidence string
		var own bool
		if err := row.Scan(&fingerprint, &check, &evidence, &own); err != nil {
			return err
		}
		if !own {
			var err error
			if own, err = c.identifies(check, evidence); err != nil {
				return fmt.Errorf("the evidence of %s: %w", fingerprint, err)
			}
		}
		if own {
			s.Fingerprints = union(s.Fingerprints, []string{fingerprint})
		}
		return nil
	})
}

// mentioned is the condition of SQL that a text names what is sought by an id.
func (s *Sought) mentioned(column string) string {
	return fmt.Sprintf("coalesce(regexp_matches(CAST(%s AS VARCHAR), %s), false)", quote(column), literal(s.pattern()+"|"+s.keyed()))
}

// named is the condition of SQL that a text holds a name or an address that is sought.
func (s *Sought) named(column string) string {
	if len(s.Texts) == 0 {
		return "false"
	}
	var ways []string
	for _, text := range s.Texts {
		ways = append(ways, fmt.Sprintf("contains(lower(CAST(%s AS VARCHAR)), lower(%s))", quote(column), literal(text)))
	}
	return "coalesce(" + strings.Join(ways, " OR ") + ", false)"
}
