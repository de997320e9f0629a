//go:build browser

package web

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// everywhere is a source that has one text wherever the portal, or whoever asks, may have one.
type everywhere string

func (s everywhere) State() (string, error)                          { return string(s), nil }
func (s everywhere) Report(context.Context, io.Writer) (bool, error) { return false, s.refusal() }
func (s everywhere) Find(context.Context, string) (*Found, error) {
	return filled[Found](string(s)), nil
}
func (s everywhere) Record(context.Context, string, string, string, int) (*Record, error) {
	return filled[Record](string(s)), nil
}
func (s everywhere) Path(context.Context, string, string) (*Path, error) {
	return filled[Path](string(s)), nil
}
func (s everywhere) Checks(context.Context) (*Checks, error) { return filled[Checks](string(s)), nil }
func (s everywhere) Check(context.Context, string, int) (*Check, error) {
	return filled[Check](string(s)), nil
}
func (s everywhere) Finding(context.Context, string) (*Finding, error) {
	return filled[Finding](string(s)), nil
}
func (s everywhere) Ask(context.Context, string) (*Answer, error) {
	return filled[Answer](string(s)), nil
}
func (s everywhere) refusal() error {
	return &Refusal{Status: http.StatusNotFound, Text: "There is no " + string(s)}
}

// filled is a page with a text in each of its fields, each list with two things, and no picture:
// pictures have a test of their own. Addresses come from draw.Link, which lets no other ones
// through.
func filled[T any](s string) *T {
	of := new(T)
	fill(reflect.ValueOf(of).Elem(), s)
	return of
}

func fill(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Int, reflect.Int64:
		v.SetInt(2)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), s)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; {
			case name == "Link" || name == "URL" || name == "HubSpot":
				v.Field(i).SetString("/record/deals/1")
			case v.Field(i).CanSet():
				fill(v.Field(i), s)
			}
		}
	}
}

// writeHostile writes each page of the explorer around a text into a folder of its own.
func writeHostile(t *testing.T, dir, name, s string) {
	t.Helper()
	pages := Explorer(everywhere(s))
	for page, path := range map[string]string{"refused": "/", "find": "/find?q=x", "record": "/record/deals/1", "path": "/path?from=a&to=b", "checks": "/checks", "check": "/check/x", "finding": "/finding/x", "sql": "/sql?q=x"} {
		answer := httptest.NewRecorder()
		pages.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		if err := os.MkdirAll(filepath.Join(dir, page), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, page, name), answer.Body.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
