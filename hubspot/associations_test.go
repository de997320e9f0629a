package hubspot

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// asks reads what a batch read asks for: ids, and cursors by id.
func asks(r *http.Request) (ids []string, after map[string]string) {
	var doc struct {
		Inputs []map[string]string
	}
	if err := json.NewDecoder(r.Body).Decode(&doc); err != nil {
		panic(err) // the server answers with a broken connection
	}
	after = map[string]string{}
	for _, in := range doc.Inputs {
		ids = append(ids, in["id"])
		after[in["id"]] = in["after"]
	}
	return ids, after
}

func inputs(ids ...int64) []ReadInput {
	list := make([]ReadInput, len(ids))
	for i, id := range ids {
		list[i].ID = id
	}
	return list
}

// numbered are the inputs 1, 2, … n.
func numbered(n int) []ReadInput {
	list := make([]ReadInput, n)
	for i := range list {
		list[i].ID = int64(i + 1)
	}
	return list
}

func result(from, to int64, after string) string {
	text := fmt.Sprintf(`{"from":{"id":"%d"},"to":[{"toObjectId":%d,"associationTypes":[%s]}]`, from, to, plainType)
	if after != "" {
		text += fmt.Sprintf(`,"paging":{"next":{"after":%q,"link":"https://elsewhere.example/"}}`, after)
	}
	return text + "}"
}

func item(subCategory string, ids ...string) string {
	list, _ := json.Marshal(ids)
	return fmt.Sprintf(`{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":%q,"message":"about %v","context":{"fromObjectId":%s}}`, subCategory, ids, list)
}

func answerOf(results []string, total int, items ...string) string {
	return fmt.Sprintf(`{"status":"COMPLETE","results":[%s],"numErrors":%d,"errors":[%s]}`, strings.Join(results, ","), total, strings.Join(items, ","))
}

// read asks for the associations of records of which a wire knows one answer.
func read(t *testing.T, answer string, in ...ReadInput) (*AssociationBatch, error) {
	t.Helper()
	c := onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) { return reply(207, answer), nil })
	return c.ReadAssociations(t.Context(), "0-1", "0-2", in)
}

var unexported = cmpopts.IgnoreUnexported(ReadInput{})

func TestReadAssociationsAccountsForEveryInput(t *testing.T) {
	none := []LinkType{{HubSpotDefined, 279, ""}}
	tests := []struct {
		name, answer string
		want         AssociationBatch
	}{
		{"all sorts, in another order", answerOf([]string{result(3, 30, "c3"), result(1, 10, "")}, 3, item(noAssociations, "2"), item("", "5"), item("x", "4")),
			AssociationBatch{
				Links: []Link{{3, 30, none}, {1, 10, none}}, Next: []ReadInput{{ID: 3, After: "c3"}}, Answered: []int64{3, 1}, Empty: []int64{2},
				Failed: []ItemError{{5, "OBJECT_NOT_FOUND", "", "about [5]"}, {4, "OBJECT_NOT_FOUND", "x", "about [4]"}},
			}},
		{"one item for several", answerOf(nil, 1, item(noAssociations, "1", "2", "3"), item("x", "4", "5", "6")),
			AssociationBatch{Empty: []int64{1, 2, 3}, Failed: []ItemError{{4, "OBJECT_NOT_FOUND", "x", "about [4 5 6]"}, {5, "OBJECT_NOT_FOUND", "x", "about [4 5 6]"}}}},
		{"silence", answerOf([]string{result(1, 10, "")}, 0),
			AssociationBatch{Links: []Link{{1, 10, none}}, Answered: []int64{1}, Unanswered: []int64{2, 3, 4, 5}}},
		{"items cut short, all empty", answerOf([]string{result(1, 10, "")}, 4, item(noAssociations, "2")),
			AssociationBatch{Links: []Link{{1, 10, none}}, Answered: []int64{1}, Empty: []int64{2}, Unanswered: []int64{3, 4, 5}}},
		{"items cut short, not all empty", answerOf([]string{result(1, 10, "")}, 4, item(noAssociations, "2"), item("x", "3")),
			AssociationBatch{Links: []Link{{1, 10, none}}, Answered: []int64{1}, Empty: []int64{2}, Failed: []ItemError{{3, "OBJECT_NOT_FOUND", "x", "about [3]"}}, Unanswered: []int64{4, 5}}},
		{"items cut short, but not as many as are silent", answerOf([]string{result(1, 10, "")}, 3, item(noAssociations, "2")),
			AssociationBatch{Links: []Link{{1, 10, none}}, Answered: []int64{1}, Empty: []int64{2}, Unanswered: []int64{3, 4, 5}}},
		{"an item for what was answered, another twice", answerOf([]string{result(1, 10, "")}, 3, item(noAssociations, "1"), item(noAssociations, "2"), item("x", "2"), item("x", "9")),
			AssociationBatch{Failed: []ItemError{{1, "", "", "it has both an answer and an error"}, {2, "OBJECT_NOT_FOUND", "x", "about [2]"}}, Unanswered: []int64{3, 4, 5}}},
		{"results of another, and twice", answerOf([]string{result(7, 10, ""), result(1, 10, ""), result(2, 10, ""), result(1, 11, "")}, 0),
			AssociationBatch{Links: []Link{{2, 10, none}}, Answered: []int64{2}, Failed: []ItemError{{1, "", "", "it is answered twice, and not alike"}}, Unanswered: []int64{3, 4, 5}}},
		{"items without anything", answerOf(nil, 5, `{}`, `{"message":"no"}`, `{"subCategory":{"x":1},"context":null}`, `{"context":{"id":[1]}}`),
			AssociationBatch{Failed: []ItemError{{1, "", "", ""}}, Unanswered: []int64{2, 3, 4, 5}}},
		{"an item with numbers", answerOf(nil, 2, `{"context":{"fromObjectId":[1,"2"],"id":3,"objectId":"4"},"subCategory":"`+noAssociations+`"}`, `{"subCategory":7}`),
			AssociationBatch{Empty: []int64{1, 2, 3, 4}, Unanswered: []int64{5}}},
		{"an empty answer", `{"results":[]}`, AssociationBatch{Unanswered: []int64{1, 2, 3, 4, 5}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := read(t, test.answer, numbered(5)...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&test.want, got, cmpopts.EquateEmpty(), unexported); diff != "" {
				t.Error(diff)
			}
			all := slices.Concat(got.Answered, got.Empty, got.Unanswered)
			for _, f := range got.Failed {
				all = append(all, f.ID)
			}
			if slices.Sort(all); !slices.Equal(all, []int64{1, 2, 3, 4, 5}) {
				t.Errorf("what is accounted for is %v", all)
			}
		})
	}
}

// TestErrorsWithoutARecordSpoilAnAnswer has errors that may be about any of the
// records that are answered.
func TestErrorsWithoutARecordSpoilAnAnswer(t *testing.T) {
	for name, answer := range map[string]string{
		"an item that names none": answerOf([]string{result(1, 10, ""), result(2, 10, "")}, 1, `{"category":"INTERNAL_ERROR"}`),
		"more than are silent":    answerOf([]string{result(1, 10, "")}, 2, `{"category":"INTERNAL_ERROR"}`, `{"context":{}}`),
	} {
		if b, err := read(t, answer, numbered(2)...); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
	}
}

// TestALaterPageIsNotEmpty has a record of which nothing is left behind its first
// page of associations.
func TestALaterPageIsNotEmpty(t *testing.T) {
	b, err := read(t, answerOf(nil, 2, item(noAssociations, "1", "2")), ReadInput{ID: 1, After: "c"}, ReadInput{ID: 2})
	if err != nil || !slices.Equal(b.Empty, []int64{2}) || len(b.Failed) != 1 || b.Failed[0].ID != 1 {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestIDsOfAnySize(t *testing.T) {
	const big = 1<<63 - 1
	got, err := read(t, fmt.Sprintf(`{"results":[{"from":{"id":%d},"to":[{"toObjectId":"9007199254740993","associationTypes":[%s]},{"toObjectId":%d,"associationTypes":[%s]}]}]}`, big, plainType, big-1, ownType), inputs(big)...)
	if err != nil {
		t.Fatal(err)
	}
	if got.Links[0].From != big || got.Links[0].To != 1<<53+1 || got.Links[1].To != big-1 {
		t.Errorf("%+v", got.Links)
	}
}

func TestReadAssociationsSendsWhatItIsGiven(t *testing.T) {
	for _, version := range []string{"v4", "2026-09"} {
		c := onServer(t, Options{APIVersion: version}, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			want := map[string]string{"v4": "/crm/v4/associations/0-1/2-7/batch/read", "2026-09": "/crm/associations/2026-09/0-1/2-7/batch/read"}[version]
			if r.Method != "POST" || r.URL.String() != want || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
			}
			if string(body) != `{"inputs":[{"id":"9007199254740993"},{"id":"2","after":"MC0y%3D\u0026"}]}` {
				t.Errorf("%s", body)
			}
			io.WriteString(w, answerOf(nil, 2, item(noAssociations, "9007199254740993", "2")))
		})
		if _, err := c.ReadAssociations(t.Context(), "0-1", "2-7", []ReadInput{{ID: 1<<53 + 1}, {ID: 2, After: "MC0y%3D&"}}); err != nil {
			t.Error(err)
		}
	}
}

func TestInputsAreChecked(t *testing.T) {
	c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s was sent", r.URL)
		return reply(200, `{"results":[]}`), nil
	})
	if _, err := c.ReadAssociations(t.Context(), "0-1", "0-2", inputs(1, 2, 1)); err == nil {
		t.Error("an id is asked for twice")
	}
	if _, err := c.ReadAssociations(t.Context(), "0-1", "0-2", numbered(MaxBatchRead+1)); err == nil {
		t.Errorf("%d inputs are sent", MaxBatchRead+1)
	}
	if b, err := c.ReadAssociations(t.Context(), "0-1", "0-2", nil); err != nil || len(b.Answered) != 0 {
		t.Errorf("nothing asked: %+v, %v", b, err)
	}
}
