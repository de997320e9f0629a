package duckdb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"hubgraph/export/lake"
)

// The tables of all nights are kept, each as one Parquet file under work/, from one
// DuckDB file to the next: a night then reads its own folder and one more, and not those
// of all nights before. What is kept is used only where it is of the very folders, in
// their order, that the table begins with now, and where the file is as it was written;
// else the folders are read.

// kept is what there is of a table, and what has still to be read.
type kept struct {
	load
	file    string   // of rows of the table; empty: there is none
	rest    []string // files of the folders that it does not hold
	members []string // digests of all folders
	name    string   // of the file, to be
}

// note is what is written beside a kept file.
type note struct {
	Columns string   `json:"columns"`
	Members []string `json:"members"`
	SHA256  string   `json:"sha256"`
}

// keptOf finds what there is of a table of many nights.
func (f *Files) keptOf(l load) (*kept, error) {
	dir, err := f.History()
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return nil, err
	}
	k := &kept{load: l, name: filepath.Join(dir, l.name+".parquet")}
	for _, from := range l.from {
		k.members = append(k.members, from.Digest())
	}
	held := k.held()
	if held > 0 {
		k.file = k.name
	}
	k.rest, err = f.Files(l.Table.Name, l.from[held:]...)
	return k, err
}

// held is how many of the folders the kept file holds. What cannot be read is not there.
func (k *kept) held() int {
	var n note
	b, err := os.ReadFile(k.name + ".json")
	if err != nil || json.Unmarshal(b, &n) != nil || n.Columns != k.layout() || len(n.Members) > len(k.members) {
		return 0
	}
	for i, m := range n.Members {
		if m != k.members[i] {
			return 0
		}
	}
	if sum, err := digest(k.name); err != nil || sum != n.SHA256 {
		return 0
	}
	return len(n.Members)
}

// layout names the table's columns: another version of hubgraph may have others.
func (k *kept) layout() string {
	var names []string
	for _, c := range k.Columns() {
		names = append(names, c.Name)
	}
	return strings.Join(names, ",")
}

// keep writes the table, unless it is kept already.
func (k *kept) keep(ctx context.Context, db asked) error {
	if len(k.rest) == 0 {
		return nil
	}
	next := k.name + ".next"
	if _, err := db.ExecContext(ctx, fmt.Sprintf("COPY %s TO %s (FORMAT parquet, COMPRESSION zstd)", quote(k.load.name), literal(next))); err != nil {
		return fmt.Errorf("keep %s: %w", k.load.name, err)
	}
	sum, err := digest(next)
	if err == nil {
		err = narrow(next)
	}
	if err != nil {
		return err
	}
	b, err := json.Marshal(note{k.layout(), k.members, sum})
	if err != nil {
		return err
	}
	if info, err := os.Lstat(k.name); err == nil && info.IsDir() { // nobody's, and in the way
		if err := os.RemoveAll(k.name); err != nil {
			return err
		}
	}
	// The note is of the new file: between the two steps nothing is kept. Nothing of it has
	// to last: what a machine loses as it falls over is read again.
	return errors.Join(os.Rename(next, k.name), os.WriteFile(k.name+".json", b, lake.FileMode))
}

func digest(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, f)
	return hex.EncodeToString(hash.Sum(nil)), err
}
