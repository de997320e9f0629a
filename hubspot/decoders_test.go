package hubspot

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestLabelPairs has the two types of a label in either order, with and without what
// distinguishes them.
func TestLabelPairs(t *testing.T) {
	boss, report := Label{UserDefined, 8, "Boss"}, Label{UserDefined, 7, "Report"}
	row := func(id, text, from, to string) string {
		return `{"category":"USER_DEFINED","typeId":` + id + `,"label":"` + text + `","fromObjectTypeId":` + from + `,"toObjectTypeId":` + to + `}`
	}
	there, back := row("8", "Boss", "null", "null"), row("7", "Report", "null", "null")
	typed, typedBack := row("8", "Boss", `"0-1"`, `"0-2"`), row("7", "Boss", `"0-2"`, `"0-1"`)
	same := Label{UserDefined, 7, "Boss"}
	for _, test := range []struct {
		rows []string
		l    NewLabel
		want LabelPair
	}{
		{[]string{there, back}, NewLabel{"x", "Boss", "Report"}, LabelPair{boss, report, true}},
		{[]string{back, there}, NewLabel{"x", "Boss", "Report"}, LabelPair{boss, report, true}},
		{[]string{typed, typedBack}, NewLabel{"x", "Boss", ""}, LabelPair{boss, same, true}},
		{[]string{typedBack, typed}, NewLabel{"x", "Boss", ""}, LabelPair{boss, same, true}},
		{[]string{row("8", "Boss", "null", "null"), row("7", "Boss", "null", "null")}, NewLabel{"x", "Boss", "Boss"}, LabelPair{boss, same, false}},
		{[]string{typed, typed}, NewLabel{"x", "Boss", ""}, LabelPair{boss, boss, false}},
		{[]string{typed, row("7", "Boss", `"0-1"`, `"0-2"`)}, NewLabel{"x", "Boss", ""}, LabelPair{boss, same, false}},
		{[]string{there}, NewLabel{"x", "Boss", ""}, LabelPair{boss, boss, true}},
	} {
		got, err := decodeLabelPair([]byte(`{"results":[`+strings.Join(test.rows, ",")+`]}`), "0-1", "0-2", test.l)
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%v: %v %s", test.rows, err, diff)
		}
	}
	for _, body := range []string{`{}`, `{"results":[]}`, `{"results":[7]}`, `{"results":[` + there + `,` + there + `,` + there + `]}`} {
		if got, err := decodeLabelPair([]byte(body), "0-1", "0-2", NewLabel{}); err == nil {
			t.Errorf("%s: %+v", body, got)
		}
	}
}

// TestReadsOfV3AreAccountedFor has answers that name records twice, nobody asked for,
// or in part.
func TestReadsOfV3AreAccountedFor(t *testing.T) {
	ids := []int64{1, 2, 3, 4, 5}
	body := `{"results":[{"from":{"id":"1"},"to":[{"id":"7","type":"a"},{"id":8,"type":"b"}]},{"from":{"id":"1"},"to":[]},{"from":{"id":"99"},"to":[{"id":"7","type":"a"}]},
		{"from":{"id":"2"},"to":[{"id":"7"}]},{"from":{"id":"3"},"to":[{"id":"9","type":"a"}],"paging":{"next":{"after":"x"}}}],
		"errors":[{"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","context":{"fromObjectId":["4"]}},{"category":"X","context":{"id":["2","1"]}},{"message":"of nobody"}]}`
	got, err := saying(t, body).ReadAssociationsV3(t.Context(), "0-1", "0-2", ids)
	want := &ReadV3{Links: []LinkV3{{1, 7, "a"}, {1, 8, "b"}, {3, 9, "a"}}, Answered: []int64{1, 3}, Cut: []int64{3}, Empty: []int64{4},
		Failed: []ItemError{{ID: 2, Message: "its answer cannot be read: an association lacks its record or its type"}}, Unanswered: []int64{5}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// TestRefusalsSayWhatIsInvalid has whole calls that are refused, as v4 and v1 say it.
func TestRefusalsSayWhatIsInvalid(t *testing.T) {
	for body, want := range map[string]string{
		`{"status":"error","message":"One or more associations are invalid","category":"VALIDATION_ERROR","context":{"INVALID_OBJECT_IDS":["CONTACT=383 is not valid"],"objectId":["383"]}}`: "HubSpot answers 400 VALIDATION_ERROR: One or more associations are invalid (CONTACT=383 is not valid)",
		`{"status":"error","message":"One or more associations are invalid","errors":["CONTACT=1 is not valid","TICKET=2 is not valid"]}`:                                                    "HubSpot answers 400: One or more associations are invalid: CONTACT=1 is not valid: TICKET=2 is not valid",
		`{"message":"no","context":{"INVALID_OBJECT_IDS":["1","2","3","4","5","6","7"]}}`:                                                                                                    "HubSpot answers 400: no (1; 2; 3; 4; 5; 2 more)",
		`{"message":"no","errors":[7,null,{"context":7},{"context":{"requiredScopes":["x"]}}]}`:                                                                                              "HubSpot answers 400: no",
	} {
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) { return reply(400, body), nil })
		err := c.PutAssociationV1(AllowCreates(t.Context()), AssociationV1{1, 2, 16})
		if err == nil || !strings.HasSuffix(err.Error(), want) || errors.Is(err, ErrUnclear) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

// reading is what a decoder made of a text: the ids of records, and all texts.
type reading struct {
	ids   []int64
	texts []string
}

func (d *reading) links(links []Link) {
	for _, l := range links {
		d.ids = append(d.ids, l.From, l.To)
		for _, t := range l.Types {
			d.texts = append(d.texts, t.Category, t.Label)
		}
	}
}

func (d *reading) linksV3(links []LinkV3) {
	for _, l := range links {
		d.ids, d.texts = append(d.ids, l.From, l.To), append(d.texts, l.Type)
	}
}

func (d *reading) items(items []ItemError) {
	for _, item := range items {
		d.texts = append(d.texts, item.Category, item.SubCategory, item.Message)
	}
}

func (d *reading) labels(labels ...Label) {
	for _, l := range labels {
		d.texts = append(d.texts, l.Category, l.Label)
	}
}

func (d *reading) limits(limits []Limit) {
	for _, l := range limits {
		d.ids, d.texts = append(d.ids, int64(l.Max)), append(d.texts, l.Category, l.Label)
	}
}

// decoders are those of the association API, but for the batch read's, which has a
// scanner of its own.
func decoders(c *Client) map[string]func([]byte, *reading) error {
	return map[string]func([]byte, *reading) error{
		"created": func(data []byte, d *reading) error {
			b, err := c.decodeCreated(data)
			if err == nil {
				d.items(b.Failed)
			}
			return err
		},
		"done": func(data []byte, d *reading) error { items, err := c.decodeDone(data); d.items(items); return err },
		"defaults": func(data []byte, d *reading) error {
			b, err := c.decodeDefaults(data)
			if err == nil {
				d.links(b.Created)
				d.items(b.Failed)
			}
			return err
		},
		"put": func(data []byte, d *reading) error { return decodePut(data, Pair{5, 6}) },
		"record": func(data []byte, d *reading) error {
			links, _, err := decodeRecordPage(data, 5, &typeSets{})
			d.links(links)
			return err
		},
		"labels": func(data []byte, d *reading) error {
			l, err := decodeLabels(data, "0-1", "0-2")
			d.labels(l.Labels...)
			d.labels(l.Inverses...)
			return err
		},
		"label pair": func(data []byte, d *reading) error {
			p, err := decodeLabelPair(data, "0-1", "0-2", NewLabel{"x", "Boss", "Report"})
			if err == nil {
				d.labels(p.There, p.Back)
			}
			return err
		},
		"limits": func(data []byte, d *reading) error {
			b, err := c.decodeLimitBatch(data)
			if err == nil {
				d.limits(b.Set)
				d.items(b.Failed)
			}
			return err
		},
		"v1": func(data []byte, d *reading) error { ids, _, err := decodeRecordPageV1(data); d.ids = ids; return err },
		"types v3": func(data []byte, d *reading) error {
			types, err := decodeTypesV3(data)
			for _, x := range types {
				d.texts = append(d.texts, x.Name)
			}
			return err
		},
		"record v3": func(data []byte, d *reading) error {
			links, _, err := decodeRecordPageV3(data, 5)
			d.linksV3(links)
			return err
		},
		"created v3": func(data []byte, d *reading) error {
			b, err := c.decodeCreatedV3(data)
			if err == nil {
				d.linksV3(b.Created)
				d.items(b.Failed)
			}
			return err
		},
		"read v3": func(data []byte, d *reading) error {
			open := map[int64]bool{1: true, 2: true, 5: true}
			r, err := c.decodeReadV3(data, open)
			if err == nil {
				d.linksV3(r.Links)
				d.items(r.Failed)
				if n := len(r.Answered) + len(r.Empty) + len(r.Failed) + len(r.Unanswered); n != 3 {
					return errors.New("MISCOUNTED")
				}
			}
			return err
		},
	}
}

// FuzzDecoders plays any text to each decoder: what it takes has ids above 0 and
// texts that can be shown, and it says the same when it is asked again.
func FuzzDecoders(f *testing.F) {
	for _, a := range everyCall {
		f.Add([]byte(a.good))
	}
	for _, text := range []string{
		`{"results":[{"toObjectId":5,"associationTypes":[{"category":"USER_DEFINED","typeId":9,"label":"x"}]}],"paging":{"next":{"after":"NQ%3D%3D"}}}`,
		`{"results":[{"id":"5","type":"contact_to_company"}],"paging":{"next":{"after":"x"}}}`,
		`{"results":[{"from":{"id":"5"},"to":[{"id":"6","type":"a"}]},{"from":{"id":"1"},"to":[]}],"errors":[{"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","context":{"fromObjectId":["2"]}}]}`,
		`{"results":[5,"6"],"hasMore":true,"offset":6}`, `{"results":[{"id":"9","name":"a"}]}`,
		`{"status":"COMPLETE","numErrors":1,"errors":[{"category":"VALIDATION_ERROR","message":"no","context":{"id":["5"]}}]}`,
		`{"results":[{"category":"WORK","typeId":-9,"label":7,"userEnforcedMaxToObjectIds":-1}]}`, `{"results":[null]}`, `null`, `[]`, `{"results":null,"results":[]}`,
	} {
		f.Add([]byte(text))
	}
	c, err := newClient(canary, Options{}, wire(nil))
	if err != nil {
		f.Fatal(err)
	}
	all := decoders(c)
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, decode := range all {
			var first, second reading
			err := decode(data, &first)
			again := decode(data, &second)
			if diff := cmp.Diff(first, second, cmp.AllowUnexported(reading{})); diff != "" || (err == nil) != (again == nil) {
				t.Errorf("%s says two things of %q: %v, %v, %s", name, data, err, again, diff)
			}
			if err != nil {
				if err.Error() == "MISCOUNTED" {
					t.Errorf("%s loses an input of %q", name, data)
				}
				continue
			}
			for _, id := range first.ids {
				if id < 1 {
					t.Errorf("%s takes the id %d of %q", name, id, data)
				}
			}
			for _, text := range first.texts {
				if !utf8.ValidString(text) {
					t.Errorf("%s takes the text %q of %q", name, text, data)
				}
			}
		}
	})
}
