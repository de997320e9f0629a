package queries

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// record is a record by its object type and id.
type record struct {
	of string
	id int64
}

// aliases say into which record another was merged.
type aliases map[record]int64

// today is the id that a record has by now.
func (a aliases) today(of *string, id *int64) *int64 {
	if of == nil || id == nil {
		return id
	}
	if current, ok := a[record{*of, *id}]; ok {
		return &current
	}
	return id
}

// identity is what makes a finding the same over the nights, as a text: the portal, the
// check and its identity columns, and nothing that a new night, a new name or another
// engine would change. Ids are those of today as far as the aliases say.
func (c Check) identity(portal int64, f Finding, ids aliases) (string, error) {
	f.SubjectID, f.FromID, f.ToID = ids.today(f.SubjectType, f.SubjectID), ids.today(f.FromType, f.FromID), ids.today(f.ToType, f.ToID)
	var text strings.Builder
	fmt.Fprintf(&text, "portal=%d\ncheck=%s\n", portal, c.ID)
	if slices.Contains(c.Identity, Ends) {
		a := value(f.FromType) + ":" + value(f.FromID)
		b := value(f.ToType) + ":" + value(f.ToID)
		fmt.Fprintf(&text, "end=%s\nend=%s\n", min(a, b), max(a, b))
		return text.String(), nil
	}
	for _, name := range c.Identity {
		v, err := identityValue(name, f, ids)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&text, "%s=%s\n", name, v)
	}
	return text.String(), nil
}

// identityColumns are the columns of findings that an identity may name; any other is a
// text in the evidence, which no record's merging changes, or a list of records, each as
// TYPE:ID.
var identityColumns = map[string]func(Finding) string{
	"subject_type": func(f Finding) string { return value(f.SubjectType) },
	"subject_id":   func(f Finding) string { return value(f.SubjectID) },
	"from_type":    func(f Finding) string { return value(f.FromType) },
	"from_id":      func(f Finding) string { return value(f.FromID) },
	"to_type":      func(f Finding) string { return value(f.ToType) },
	"to_id":        func(f Finding) string { return value(f.ToID) },
	"category":     func(f Finding) string { return value(f.Category) },
	"type_id":      func(f Finding) string { return value(f.TypeID) },
}

func identityValue(name string, f Finding, ids aliases) (string, error) {
	if column, ok := identityColumns[name]; ok {
		return column(f), nil
	}
	var evidence map[string]json.RawMessage
	var list []string
	var text string
	if err := json.Unmarshal([]byte(f.Evidence), &evidence); err != nil {
		return "", fmt.Errorf("the evidence of %s: %w", f.Fingerprint, err)
	}
	raw, ok := evidence[name]
	if ok && json.Unmarshal(raw, &text) == nil {
		return value(&text), nil
	}
	if ok && json.Unmarshal(raw, &list) != nil {
		return "", fmt.Errorf("the identity names the column %s, which is neither one of findings nor a text nor a list of records as TYPE:ID", name)
	}
	for i, text := range list {
		of, number, _ := strings.Cut(text, ":")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return "", fmt.Errorf("the identity names the column %s, in which %q is no record as TYPE:ID", name, text)
		}
		list[i] = fmt.Sprintf("%s:%d", of, *ids.today(&of, &id))
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), ","), nil
}

// value is a value as it would stand in JSON.
func value[T any](v *T) string {
	if v == nil {
		return "null"
	}
	switch v := any(*v).(type) {
	case string:
		var p = newPacker()
		p.write(v)
		return p.buffer.String()
	default:
		return fmt.Sprint(v)
	}
}

// fingerprint is the identity as a hash, by which a finding is named from when it was
// first found.
func fingerprint(identity string) string {
	sum := sha256.Sum256([]byte(identity))
	return hex.EncodeToString(sum[:])
}

// compareTexts orders by pairs of texts, the first pair first.
func compareTexts(pairs ...string) int {
	for i := 0; i+1 < len(pairs); i += 2 {
		if c := cmp.Compare(pairs[i], pairs[i+1]); c != 0 {
			return c
		}
	}
	return 0
}
