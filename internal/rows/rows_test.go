package rows

import (
	"errors"
	"strings"
	"testing"
)

type row struct {
	ID     int64    `json:"id"`
	Name   *string  `json:"name"`
	Labels []string `json:"labels"`
	Raw    string   `json:"-"`
	own    map[string]int
}

func TestEachFormat(t *testing.T) {
	name := `a "b", c`
	list := []*row{{ID: 5_000_000_000, Name: &name, Labels: []string{"x", "y"}, Raw: "raw", own: map[string]int{}}, {ID: 2}}
	for format, want := range map[string]string{
		Text:   "5000000000\n",
		JSON:   `{"n":1,"rows":[{"id":5000000000,"name":"a \"b\", c","labels":["x","y"]},` + "\n" + `{"id":2,"name":null,"labels":null}]}` + "\n",
		NDJSON: `{"id":5000000000,"name":"a \"b\", c","labels":["x","y"]}` + "\n" + `{"id":2,"name":null,"labels":null}` + "\n",
		CSV:    "id,name,labels\n" + `5000000000,"a ""b"", c","[""x"",""y""]"` + "\n2,,null\n",
	} {
		var out strings.Builder
		w := Within(&out, format, `{"n":1,"rows":`, "}")
		for i, r := range list {
			text := "5000000000"
			if i > 0 {
				text = "" // there is nothing to say of it
			}
			if err := w.Put(r, text); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil || out.String() != want {
			t.Errorf("%s, %v:\n%s\nwant\n%s", format, err, &out, want)
		}
	}
}

func TestNoRows(t *testing.T) {
	for format, want := range map[string]string{Text: "", JSON: "[]\n", NDJSON: "", CSV: ""} {
		var out strings.Builder
		if err := New(&out, format).Close(); err != nil || out.String() != want {
			t.Errorf("%s: %q, %v", format, &out, err)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestTableThatCannotBeWritten(t *testing.T) {
	w := New(full{}, CSV)
	for range 1000 {
		if err := w.Put(&row{ID: 1, Labels: []string{"a label of some length"}}, ""); err != nil {
			return
		}
	}
	if err := w.Close(); err == nil {
		t.Error("nobody says that nothing was written")
	}
}
