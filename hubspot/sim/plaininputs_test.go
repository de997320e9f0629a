package sim

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlainInputs(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"inputs":[{"id":"101"}]}`: true,
		" {\n\"inputs\" : [ { \"id\" : \"101\" , \"after\":\"MC0x%3D\" },{\"id\":\"102\"} ]\t}\r\n": true,
		`{"inputs":[]}`:                                false,
		`{"inputs":[{"id":101}]}`:                      false,
		`{"inputs":[{"id":"x"}]}`:                      false,
		`{"inputs":[{"id":"-1"}]}`:                     false,
		`{"inputs":[{"id":"1"},]}`:                     false,
		`{"inputs":[{"id":"1"}{"id":"2"}]}`:            false,
		`{"inputs":[{"after":"a","id":"1"}]}`:          false,
		`{"inputs":[{"id":"1","after":"\u0061"}]}`:     false,
		`{"inputs":[{"id":"1","after":"a"}],"more":1}`: false,
		`{"inputs":[{"id":"1"}]} {}`:                   false,
		`{"inputs":[{"id":"1"}`:                        false,
		``:                                             false,
	} {
		if _, plain := plainInputs([]byte(body)); plain != want {
			t.Errorf("%q: plain is %t", body, plain)
		}
	}
}

// FuzzPlainInputs holds what is read without encoding/json against what that
// reads.
func FuzzPlainInputs(f *testing.F) {
	for _, seed := range []string{`{"inputs":[{"id":"101"},{"id":"7","after":"MC0x%3D"}]}`, `{"inputs":[{"id":"\u0031"}]}`, `{"inputs":[{"id":"01","id":"2"}]}`, `{"Inputs":[]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, plain := plainInputs(body)
		if !plain {
			return
		}
		var want struct{ Inputs []readInput }
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("%q is taken: %v", body, err)
		}
		if diff := cmp.Diff(want.Inputs, got, cmp.AllowUnexported(identifier{})); diff != "" {
			t.Errorf("%q: - encoding/json, + here:\n%s", body, diff)
		}
	})
}
