package main

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// leakForms are the forms of a secret that a scan looks for: as it is, in parts,
// backwards, and as it is written in addresses, dumps and headers.
func leakForms(secret string) []string {
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString([]byte(secret))}
	for shift := range 3 { // where it begins within a group of base64, and without what its neighbors decide
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := encoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
			forms = append(forms, text[(shift*8+5)/6:len(text)-1])
		}
	}
	for part := range slices.Chunk([]byte(secret), 16) {
		if len(part) == 16 {
			forms = append(forms, string(part), backwards(part))
		}
	}
	return append(forms, backwards([]byte(secret)))
}

func backwards(text []byte) string {
	turned := slices.Clone(text)
	slices.Reverse(turned)
	return string(turned)
}

// leakIn names the form in which a text holds one of the secrets; empty: in none.
func leakIn(text []byte, secrets []string) string {
	for _, secret := range secrets {
		for _, form := range leakForms(secret) {
			if bytes.Contains(text, []byte(form)) {
				return form
			}
		}
	}
	return ""
}

// leaksBelow scans every file below a folder, what is compressed within it, and
// the rows of Parquet and DuckDB files.
func leaksBelow(t *testing.T, dir string, secrets []string) (leaks []string) {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		held, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, text := range append(inflated(held), held, []byte(name), rowsOf(t, db, name)) {
			if form := leakIn(text, secrets); form != "" {
				leaks = append(leaks, fmt.Sprintf("%s holds %s", name, form))
				break
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return leaks
}

// inflated are the texts of all that is gzip within a file.
func inflated(held []byte) (texts [][]byte) {
	magic := []byte{0x1f, 0x8b, 0x08}
	for at := bytes.Index(held, magic); at >= 0; {
		if r, err := gzip.NewReader(bytes.NewReader(held[at:])); err == nil {
			r.Multistream(false)
			text, _ := io.ReadAll(r) // as much as there is
			texts = append(texts, text)
		}
		next := bytes.Index(held[at+1:], magic)
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return texts
}

// rowsOf writes down the rows of a Parquet or DuckDB file; nothing of another.
func rowsOf(t *testing.T, db *sql.DB, name string) []byte {
	t.Helper()
	quoted := "'" + strings.ReplaceAll(name, "'", "''") + "'"
	var text bytes.Buffer
	switch filepath.Ext(name) {
	case ".parquet":
		query(t, db, &text, "SELECT r::VARCHAR FROM read_parquet("+quoted+") r")
	case ".duckdb":
		query(t, db, io.Discard, "ATTACH "+quoted+" AS scanned (READ_ONLY)")
		var tables bytes.Buffer
		query(t, db, &tables, `SELECT format('"{}"."{}"', schema_name, table_name) FROM duckdb_tables() WHERE database_name = 'scanned'`)
		for _, table := range strings.Fields(tables.String()) {
			query(t, db, &text, "SELECT r::VARCHAR FROM scanned."+table+" r")
		}
		query(t, db, &text, "SELECT sql FROM duckdb_views() WHERE database_name = 'scanned'")
		query(t, db, io.Discard, "DETACH scanned")
	}
	return text.Bytes()
}

// query writes down the one column that a query gives, a line a row.
func query(t *testing.T, db *sql.DB, w io.Writer, text string) {
	t.Helper()
	rows, err := db.Query(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	for rows.Next() {
		var row sql.NullString
		if columns, _ := rows.Columns(); len(columns) == 0 {
			continue
		}
		if err := rows.Scan(&row); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		fmt.Fprintln(w, row.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// TestTheScanFindsWhatIsPlanted hides a secret, in each form and at each place
// where one might come to lie.
func TestTheScanFindsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	const secret = canaryToken
	for _, form := range append(leakForms(secret), base64.StdEncoding.EncodeToString([]byte("Authorization: Bearer "+secret+"\r\n"))) {
		if leakIn([]byte("x"+form+"y"), []string{secret}) == "" {
			t.Errorf("%s is not found", form)
		}
	}
	if form := leakIn([]byte(strings.Repeat(secret[:12]+" ", 9)), []string{secret}); form != "" {
		t.Errorf("%s is found where it is not", form)
	}
	many := "SELECT CASE i WHEN 5000 THEN '" + secret + "' ELSE 'row ' || i // 100 END AS text, i FROM range(9000) t(i)"
	for name, plant := range map[string]func(db *sql.DB, name string){
		"plain.txt": func(_ *sql.DB, name string) { writeFile(t, name, "x"+secret) },
		secret:      func(_ *sql.DB, name string) { writeFile(t, name, "x") },
		"zipped": func(_ *sql.DB, name string) {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			fmt.Fprint(w, strings.Repeat("some text ", 100)+secret)
			if err := w.Close(); err != nil {
				t.Error(err)
			}
			writeFile(t, name, "frame"+b.String()+"frame")
		},
		"rows.parquet": func(db *sql.DB, name string) {
			query(t, db, io.Discard, "COPY ("+many+") TO '"+name+"' (FORMAT parquet, COMPRESSION zstd)")
		},
		"rows.duckdb": func(db *sql.DB, name string) {
			query(t, db, io.Discard, "ATTACH '"+name+"' AS planted")
			query(t, db, io.Discard, "CREATE TABLE planted.hidden AS "+many)
			query(t, db, io.Discard, "DETACH planted")
		},
	} {
		db, err := sql.Open("duckdb", "")
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "data")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, url.PathEscape(name))
		plant(db, path)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if leaks := leaksBelow(t, dir, []string{secret}); len(leaks) != 1 {
			t.Errorf("%s: found %v", name, leaks)
		}
		if leaks := leaksBelow(t, dir, []string{backwards([]byte("another-secret-of-this-length"))}); len(leaks) > 0 {
			t.Errorf("%s: found %v, which is not there", name, leaks)
		}
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
