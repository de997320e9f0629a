package queries

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// evidenceOf runs a query as a check whose every column is evidence.
func evidenceOf(t testing.TB, db *sql.DB, query string, args ...any) (string, error) {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	s, err := Check{}.newScan(rows)
	if err != nil {
		t.Fatal(err)
	}
	if !rows.Next() {
		t.Fatalf("%s gives no row: %v", query, rows.Err())
	}
	f, err := s.finding(rows)
	return f.Evidence, err
}

func TestEvidence(t *testing.T) {
	db := newDB(t)
	for _, tt := range []struct{ columns, want string }{
		{"1 AS a, 'x' AS b", `{"a":1,"b":"x"}`},
		{"9007199254740993 AS id, (-128)::TINYINT AS t, 18446744073709551615::UBIGINT AS u", `{"id":9007199254740993,"t":-128,"u":18446744073709551615}`},
		{"sum(9223372036854775807) AS s FROM range(3)", `{"s":27670116110564327421}`},
		{"1234.5::DECIMAL(18,4) AS a, 0::DECIMAL(18,2) AS b, (-0.05)::DECIMAL(4,2) AS c, 7::DECIMAL(4,0) AS d", `{"a":1234.5000,"b":0.00,"c":-0.05,"d":7}`},
		{"99999999999999.9999::DECIMAL(18,4) AS a, [1.5::DECIMAL(3,2), 2] AS l", `{"a":99999999999999.9999,"l":[1.50,2.00]}`},
		{"TIMESTAMP '2026-11-22 01:02:03' AS a, TIMESTAMP '2026-11-22 01:02:03.000045' AS b", `{"a":"2026-11-22T01:02:03Z","b":"2026-11-22T01:02:03.000045Z"}`},
		{"DATE '2026-11-22' AS a, [DATE '2026-11-22'] AS l", `{"a":"2026-11-22","l":["2026-11-22"]}`},
		{"0.1::DOUBLE AS a, 1e21::DOUBLE AS b, 2::DOUBLE AS c", `{"a":0.1,"b":1e+21,"c":2}`},
		{"NULL AS a, [] AS l, true AS b, NULL::INT[] AS m, [NULL, 1] AS n, '' AS e", `{"b":true,"n":[null,1],"e":""}`},
		{"NULL AS a", `{}`},
		{`'"\' || chr(10) || '<é>&' AS a, ['b', 'a'] AS "weird ""name"`, `{"a":"\"\\\n<é>&","weird \"name":["b","a"]}`},
		{"[[1], []] AS l", `{"l":[[1],[]]}`},
	} {
		got, err := evidenceOf(t, db, "SELECT "+tt.columns)
		if err != nil || got != tt.want {
			t.Errorf("%s is packed as %s, %v; want %s", tt.columns, got, err, tt.want)
		}
	}
	for _, columns := range []string{"'nan'::DOUBLE AS a", "['inf'::DOUBLE] AS a", "{'a': 1} AS a", "MAP {'a': 1} AS a", "INTERVAL 1 DAY AS a", "'x'::BLOB AS a"} {
		if got, err := evidenceOf(t, db, "SELECT "+columns); err == nil || !strings.Contains(err.Error(), "column a: ") {
			t.Errorf("%s is packed as %s, %v", columns, got, err)
		}
	}
}

// TestEvidenceRoundTrip sends values through DuckDB and the packer, and reads
// the JSON back.
func TestEvidenceRoundTrip(t *testing.T) {
	db := newDB(t)
	rapid.Check(t, func(r *rapid.T) {
		whole := rapid.Int64().Draw(r, "whole")
		cents := rapid.Int64Range(-1e17, 1e17).Draw(r, "unscaled")
		micros := rapid.Int64Range(-62_135_596_800_000_000, 253_402_300_799_999_999).Draw(r, "micros") // years 1 to 9999
		text := strings.ReplaceAll(rapid.String().Draw(r, "text"), "\x00", "")
		number := rapid.Float64().Draw(r, "number")
		list := rapid.SliceOfN(rapid.Int64(), 1, 5).Draw(r, "list")
		amount := new(big.Rat).SetFrac64(cents, 10_000).FloatString(4)
		packed, err := evidenceOf(t, db, fmt.Sprintf("SELECT ?::BIGINT AS whole, '%s'::DECIMAL(18,4) AS price, make_timestamp(?::BIGINT) AS at, ?::VARCHAR AS text, ?::DOUBLE AS number, NULL AS gone, ?::BIGINT[] AS list", amount),
			whole, micros, text, number, list)
		if err != nil {
			r.Fatal(err)
		}
		var got struct {
			Whole  int64       `json:"whole"`
			Amount json.Number `json:"price"`
			At     time.Time   `json:"at"`
			Text   string      `json:"text"`
			Number float64     `json:"number"`
			List   []int64     `json:"list"`
		}
		d := json.NewDecoder(strings.NewReader(packed))
		d.DisallowUnknownFields()
		if err := d.Decode(&got); err != nil {
			r.Fatalf("%s: %v", packed, err)
		}
		if got.Whole != whole || got.Amount.String() != amount || !got.At.Equal(time.UnixMicro(micros)) || got.At.Location() != time.UTC ||
			got.Text != text || got.Number != number || fmt.Sprint(got.List) != fmt.Sprint(list) {
			r.Errorf("%d, %s, %v, %q, %v, %v became %s", whole, amount, time.UnixMicro(micros).UTC(), text, number, list, packed)
		}
	})
}
