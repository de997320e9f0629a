package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/internal/sentence"
)

// Sought is what an erasure takes out, and looks for afterwards.
type Sought struct {
	// Records are those that were asked for, and all that became one with them in a merge.
	Records []graphmodel.Key `json:"records"`
	// Forms are how a text or a column says the type of a record, by its name.
	Forms map[string]Forms `json:"forms"`
	// Texts are names and addresses of the records that no other record of their type has.
	Texts []string `json:"texts"`
	// Fingerprints are those of the findings about the records.
	Fingerprints []string `json:"fingerprints"`
}

// Forms are the ways to say an object type.
type Forms struct {
	TypeID   string `json:"type_id"`
	Singular string `json:"singular"`
}

// longID is how many digits an id has at least that is one wherever it stands in a text: a
// shorter one may be a count.
const longID = 8

// unmistakable reports whether the id alone says what it is.
func unmistakable(id int64) bool { return len(strconv.FormatInt(id, 10)) >= longID }

// Is reports whether a record is sought; the type is its name or its id.
func (s *Sought) Is(of string, id int64) bool {
	return slices.ContainsFunc(s.Records, func(k graphmodel.Key) bool {
		return k.ID == id && (k.Type == of || s.Forms[k.Type].TypeID == of)
	})
}

// ids are the sought ids by type.
func (s *Sought) ids() map[string][]string {
	ids := map[string][]string{}
	for _, k := range s.Records {
		ids[k.Type] = append(ids[k.Type], strconv.FormatInt(k.ID, 10))
	}
	return ids
}

// pattern matches what names a sought record in a text: TYPE:ID, the type id with the id,
// as in an address of HubSpot's, and an id alone where it is long enough.
func (s *Sought) pattern() string {
	var ways []string
	for of, ids := range s.ids() {
		names := []string{regexp.QuoteMeta(of)}
		if form := s.Forms[of]; form.TypeID != "" {
			names = append(names, regexp.QuoteMeta(form.TypeID))
		}
		ways = append(ways, fmt.Sprintf(`\b(?:%s)[:/ ](?:%s)\b`, strings.Join(names, "|"), strings.Join(ids, "|")))
		if long := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return len(id) < longID }); len(long) > 0 {
			ways = append(ways, fmt.Sprintf(`\b(?:%s)\b`, strings.Join(long, "|")))
		}
	}
	slices.Sort(ways)
	return strings.Join(ways, "|")
}

// keyed matches an id in JSON under a key that says the type, as "contact_ids":[1,2] does.
func (s *Sought) keyed() string {
	var ways []string
	for of, ids := range s.ids() {
		ways = append(ways, fmt.Sprintf(`"[a-z0-9_]*%s[a-z0-9_]*_ids?":\s*(?:\[[0-9, ]*)?\b(?:%s)\b`, regexp.QuoteMeta(s.Forms[of].Singular), strings.Join(ids, "|")))
	}
	slices.Sort(ways)
	return strings.Join(ways, "|")
}

// saysType reports whether the name of a key or property says that its numbers are ids of
// a type.
func (s *Sought) saysType(key, of string) bool {
	key = strings.ToLower(key)
	return strings.Contains(key, s.Forms[of].Singular) && (strings.HasSuffix(key, "id") || strings.HasSuffix(key, "ids"))
}

// number reports whether a number under a key is a sought id.
func (s *Sought) number(key, text string) bool {
	id, err := strconv.ParseInt(text, 10, 64)
	return err == nil && slices.ContainsFunc(s.Records, func(k graphmodel.Key) bool {
		return k.ID == id && (unmistakable(id) || s.saysType(key, k.Type))
	})
}

// personal are the properties whose values say who somebody is.
var personal = regexp.MustCompile(`(?i)name|mail|phone|fax|street|address|linkedin|twitter|facebook|birth`)

// distinctive reports whether a value can be sought in other texts: one word may be anybody's.
func distinctive(value string) bool {
	return len(value) >= 5 && (strings.ContainsAny(value, "@ ") || strings.ContainsAny(value, "0123456789"))
}

// Seek finds what records come to over all nights: what they were merged with, what they
// are called, and which findings are about them. A record is TYPE:ID, with the type by its
// name, in the singular, or by HubSpot's id.
func (f *Files) Seek(ctx context.Context, records []string) (*Sought, error) {
	s := &Sought{Forms: map[string]Forms{}, Texts: []string{}, Fingerprints: []string{}}
	nights, err := f.All()
	if err != nil {
		return nil, err
	}
	types, err := f.typesOf(ctx, nights)
	if err != nil {
		return nil, err
	}
	for _, text := range records {
		k, err := graphmodel.ParseKey(text)
		if err != nil {
			return nil, sentence.New(lake.ErrData, "%v", err)
		}
		if k.Type, err = typeNamed(k.Type, types); err != nil {
			return nil, err
		}
		s.Forms[k.Type] = types[k.Type]
		if !slices.Contains(s.Records, k) {
			s.Records = append(s.Records, k)
		}
	}
	if err := f.merged(ctx, nights, s); err != nil {
		return nil, fmt.Errorf("look up merges: %w", err)
	}
	if err := f.called(ctx, nights, s); err != nil {
		return nil, fmt.Errorf("look up names: %w", err)
	}
	if err := f.found(ctx, s); err != nil {
		return nil, fmt.Errorf("look up findings: %w", err)
	}
	return s, nil
}

// Add takes in what else is sought.
func (s *Sought) Add(other *Sought) {
	s.Records, s.Texts, s.Fingerprints = union(s.Records, other.Records), union(s.Texts, other.Texts), union(s.Fingerprints, other.Fingerprints)
	maps.Copy(s.Forms, other.Forms)
}

func union[T comparable](a, b []T) []T {
	for _, v := range b {
		if !slices.Contains(a, v) {
			a = append(a, v)
		}
	}
	return a
}

// typesOf are the object types of all nights.
func (f *Files) typesOf(ctx context.Context, nights []lake.Entry) (map[string]Forms, error) {
	types := map[string]Forms{}
	files, err := f.Paths("object_types", folders(nights)...)
	if err != nil || len(files) == 0 {
		return types, err
	}
	err = askFiles(ctx, "SELECT DISTINCT object_type, type_id, lower(singular) FROM "+readParquet(files, ", union_by_name = true"), func(row *sql.Rows) error {
		var name string
		var form Forms
		err := row.Scan(&name, &form.TypeID, &form.Singular)
		types[name] = form
		return err
	})
	return types, err
}

// typeNamed is the name of an object type that a person writes in one of its forms.
func typeNamed(asked string, types map[string]Forms) (string, error) {
	names := slices.Sorted(maps.Keys(types))
	for _, name := range names {
		if form := types[name]; strings.EqualFold(asked, name) || asked == form.TypeID || strings.EqualFold(asked, form.Singular) {
			return name, nil
		}
	}
	return "", sentence.New(lake.ErrData, "no night has an object type %q: there are %s", asked, strings.Join(names, ", "))
}

func folders(nights []lake.Entry) []lake.Folder {
	var list []lake.Folder
	for _, n := range nights {
		list = append(list, n.Folder())
	}
	return list
}

// merged adds the records that became one with those sought, in any night.
func (f *Files) merged(ctx context.Context, nights []lake.Entry, s *Sought) error {
	files, err := f.Paths("id_alias", folders(nights)...)
	if err != nil || len(files) == 0 {
		return err
	}
	for before := 0; before < len(s.Records); {
		before = len(s.Records)
		query := fmt.Sprintf("SELECT DISTINCT object_type, old_id, current_id FROM %s WHERE %s", readParquet(files, ", union_by_name = true"), s.about([]string{"object_type", "old_id", "current_id"}))
		err := askFiles(ctx, query, func(row *sql.Rows) error {
			var old, current graphmodel.Key
			err := row.Scan(&old.Type, &old.ID, &current.ID)
			current.Type = old.Type
			s.Records = union(s.Records, []graphmodel.Key{old, current})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// called collects names and addresses of the records, but for those that others of their
// type have, too.
func (f *Files) called(ctx context.Context, nights []lake.Entry, s *Sought) error {
	for _, n := range nights {
		files, err := f.Paths("objects", n.Folder())
		if err != nil {
			return err
		}
		about := s.about([]string{"object_type", "object_id"})
		values := fmt.Sprintf(`SELECT object_type, 'name' AS key, name AS value, %[2]s AS own FROM %[1]s WHERE name IS NOT NULL
			UNION ALL
			SELECT object_type, unnest(map_keys(properties)), unnest(map_values(properties)), %[2]s FROM %[1]s`, readParquet(files, ""), about)
		query := fmt.Sprintf(`SELECT key, value FROM (%s) WHERE object_type IN (%s) GROUP BY object_type, key, value HAVING bool_and(own)`, values, s.typeList())
		err = askFiles(ctx, query, func(row *sql.Rows) error {
			var key, value string
			err := row.Scan(&key, &value)
			if value = strings.TrimSpace(value); personal.MatchString(key) && distinctive(value) {
				s.Texts = union(s.Texts, []string{value})
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// typeList are the types of what is sought, as a list of SQL.
func (s *Sought) typeList() string {
	var list []string
	for of := range s.ids() {
		list = append(list, literal(of))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// recordColumns are the pairs of columns that name a record.
var recordColumns = [][2]string{
	{"object_type", "object_id"}, {"object_type", "old_id"}, {"object_type", "current_id"},
	{"from_type", "from_id"}, {"to_type", "to_id"}, {"subject_type", "subject_id"},
}

// about is the condition of SQL that a row of a table with these columns is about what is
// sought: it is a record, an end of an association, or a finding of it.
func (s *Sought) about(columns []string) string {
	var ways []string
	for _, pair := range recordColumns {
		if !slices.Contains(columns, pair[0]) || !slices.Contains(columns, pair[1]) {
			continue
		}
		for of, ids := range s.ids() {
			ways = append(ways, fmt.Sprintf("%s = %s AND %s IN (%s)", quote(pair[0]), literal(of), quote(pair[1]), strings.Join(ids, ", ")))
		}
	}
	if slices.Contains(columns, "fingerprint") && len(s.Fingerprints) > 0 {
		ways = append(ways, fmt.Sprintf("fingerprint IN (%s)", literals(s.Fingerprints)))
	}
	if len(ways) == 0 {
		return "false"
	}
	slices.Sort(ways)
	return "coalesce(" + strings.Join(ways, " OR ") + ", false)"
}

func literals(texts []string) string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = literal(text)
	}
	return strings.Join(list, ", ")
}

// InText reports whether a line of JSON or other text names what is sought: by an id with
// its type, by an id that is one anywhere, or by a name or an address.
func (s *Sought) InText(line []byte) bool {
	text := string(line)
	if c := s.cleaner(); c.mentions(text) || c.text(text) != text {
		return true
	}
	var value any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d.Decode(&value) == nil && s.inJSON(value)
}

// inJSON looks for an object with a pair of keys that names a record.
func (s *Sought) inJSON(value any) bool {
	switch v := value.(type) {
	case []any:
		return slices.ContainsFunc(v, s.inJSON)
	case map[string]any:
		for _, pair := range append([][2]string{{"type", "id"}}, recordColumns...) {
			of, named := v[pair[0]].(string)
			number, numbered := v[pair[1]].(json.Number)
			if id, err := strconv.ParseInt(string(number), 10, 64); named && numbered && err == nil && s.Is(of, id) {
				return true
			}
		}
		for _, inner := range v {
			if s.inJSON(inner) {
				return true
			}
		}
	}
	return false
}
