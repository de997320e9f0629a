package nightly

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/internal/progress"
	"hubgraph/internal/terminal"
	"hubgraph/repair"
)

// Erasing is what is to be erased, and how.
type Erasing struct {
	Files   *duckdb.Files
	Records []string // TYPE:ID
	Beside  []string // files outside the data folder that are looked into, and not changed
	DryRun  bool
	Tool    string
	Show    progress.Display
	Confirm func(*Erased) error // is asked before anything changes; nil: nobody is
}

// Erased is what was erased, or would be, and what is left.
type Erased struct {
	Records []string `json:"records"` // with those that they were merged with
	DryRun  bool     `json:"dry_run"`
	// Found are the places in which it stood.
	Found []duckdb.Place `json:"found"`
	// Journal says that there was the journal of a crawl that was not ended.
	Journal bool `json:"journal"`
	// Looked is what was looked at afterwards, and Left what it stands in still.
	Looked *duckdb.Looked `json:"looked"`
	Left   []duckdb.Place `json:"left"`
	// Beside are lines of files that are yours to change.
	Beside []string `json:"beside"`
	// Before are those that an earlier erasure took out.
	Before []ErasedBefore `json:"erased_before"`
	// resumed says that an erasure of them had begun, which may have all but its end behind it.
	resumed bool
	data    string
}

// ErasedBefore is a record that was erased, and when that was last.
type ErasedBefore struct {
	Record string    `json:"record"`
	At     time.Time `json:"at"`
}

// Erase takes records out of all nights, audits and journals and out of the DuckDB file,
// and looks for them afterwards in every file of the data folder. Where it died before its
// end, it goes on with what it was about. The data folder must be locked.
func Erase(ctx context.Context, e Erasing) (*Erased, error) {
	sought, err := e.Files.Seek(ctx, e.Records)
	if err != nil {
		return nil, err
	}
	resumed, err := e.goOn(sought)
	if err != nil {
		return nil, err
	}
	done := &Erased{DryRun: e.DryRun, Left: []duckdb.Place{}, resumed: resumed, data: e.Files.Dir()}
	for _, k := range sought.Records {
		done.Records = append(done.Records, k.String())
	}
	if done.Found, done.Looked, err = e.search(ctx, sought); err != nil {
		return nil, err
	}
	if done.Journal, err = e.Files.HasJournal(); err != nil {
		return nil, err
	}
	if done.Beside, err = e.beside(sought); err != nil {
		return nil, err
	}
	if done.Before, err = e.before(sought); err != nil {
		return nil, err
	}
	if e.DryRun || !done.Any() {
		return done, nil
	}
	if e.Confirm != nil {
		if err := e.Confirm(done); err != nil {
			return nil, err
		}
	}
	if err := e.erase(ctx, sought); err != nil {
		return nil, err
	}
	done.Left, done.Looked, err = e.search(ctx, sought)
	return done, err
}

// goOn takes in what an erasure was about that did not come to its end, and reports whether
// there is one.
func (e Erasing) goOn(sought *duckdb.Sought) (resumed bool, err error) {
	note, err := e.Files.Erasing()
	if err != nil || note == nil {
		return false, err
	}
	var earlier duckdb.Sought
	if err := json.Unmarshal(note, &earlier); err != nil {
		return false, fmt.Errorf("the note of an erasure that was not ended, %s, is damaged: remove it, and erase again what it was about: %w", filepath.Join(e.Files.Dir(), "work", "erase.json"), err)
	}
	sought.Add(&earlier)
	return true, nil
}

// erase takes out what is sought: first what is about it, and last what says what that is.
func (e Erasing) erase(ctx context.Context, sought *duckdb.Sought) error {
	note, err := json.Marshal(sought)
	if err == nil {
		err = e.Files.BeginErasing(note)
	}
	if err != nil {
		return err
	}
	if err := e.Files.DropJournal(); err != nil {
		return err
	}
	if _, err := repair.EraseJournals(e.journals(), e.erased(sought), false); err != nil {
		return err
	}
	err = e.Files.Erase(ctx, sought, e.Tool, time.Now(), func(id string, rows int64) {
		e.Show.Say("%s is written anew: %s", id, terminal.Count(rows, "row"))
	})
	if err != nil {
		return err
	}
	if err := e.rebuild(ctx); err != nil {
		return err
	}
	var erased []lake.Erased
	for _, k := range sought.Records {
		erased = append(erased, lake.Erased{TypeID: sought.Forms[k.Type].TypeID, ID: k.ID})
	}
	if err := e.Files.NoteErased(time.Now(), e.Tool, erased...); err != nil {
		return err
	}
	return e.Files.EndErasing()
}

// before are the sought records that an earlier erasure took out.
func (e Erasing) before(sought *duckdb.Sought) ([]ErasedBefore, error) {
	erasures, err := e.Files.Erasures()
	if err != nil {
		return nil, err
	}
	list := []ErasedBefore{}
	for _, k := range sought.Records {
		if at := erasures.When(sought.Forms[k.Type].TypeID, k.ID); !at.IsZero() {
			list = append(list, ErasedBefore{k.String(), at})
		}
	}
	return list, nil
}

// warnOfErased says which records of a night were erased, and are there again. That nobody
// can say it is a warning, too: the night itself is whole.
func warnOfErased(show progress.Display, portal *lake.Portal, s *graphmodel.Snapshot) {
	erasures, err := portal.Erasures()
	if err != nil {
		show.Say("warning: erased records that are in this night again cannot be named: %v", err)
		return
	}
	if !erasures.Any() {
		return
	}
	ids := map[string]string{}
	for _, t := range s.Types {
		ids[t.Name] = t.ID
	}
	for n := range s.Graph.Nodes() {
		at := erasures.When(ids[n.Type], n.ID)
		if at.IsZero() {
			continue
		}
		again := "is in this night again: delete it in HubSpot"
		if !n.Seen {
			again = "others list it in this night: take those associations away in HubSpot"
		}
		show.Say("warning: %s was erased on %s, and %s, then run hubgraph erase %[1]s", n.Key, at.Format(time.DateOnly), again)
	}
}

// rebuild makes the DuckDB file again. Where no snapshot is whole, it goes.
func (e Erasing) rebuild(ctx context.Context) error {
	if err := e.Files.DropKept(); err != nil {
		return err
	}
	_, err := Rebuild(ctx, e.Files, e.Show)
	if errors.Is(err, lake.ErrNoSnapshot) {
		return e.Files.DropDuckDBs()
	}
	return err
}

// journals is the folder of the portal's journals.
func (e Erasing) journals() string {
	return filepath.Join(repairsOf(e.Files.Dir()), fmt.Sprintf("portal=%d", e.Files.ID))
}

func (e Erasing) erased(sought *duckdb.Sought) repair.Erased {
	return repair.Erased{Is: sought.Is, Clean: sought.Clean}
}

// search looks for what is sought in all files of the data folder: tables by their columns,
// journals line by line, and all other text as it is.
func (e Erasing) search(ctx context.Context, sought *duckdb.Sought) ([]duckdb.Place, *duckdb.Looked, error) {
	places, looked, err := e.Files.Search(ctx, sought)
	if err != nil {
		return nil, nil, err
	}
	if places == nil {
		places = []duckdb.Place{}
	}
	err = e.Files.Walk(func(name string) error {
		switch filepath.Ext(name) {
		case ".parquet", ".duckdb":
			return nil
		case ".journal":
			looked.Unread = append(looked.Unread, name+": of a crawl that was not ended")
			return nil
		}
		text, err := os.ReadFile(filepath.Join(e.Files.Dir(), filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		if bytes.IndexByte(text, 0) >= 0 {
			looked.Unread = append(looked.Unread, name+": neither tables nor text")
			return nil
		}
		looked.Files++
		place := duckdb.Place{File: name, Columns: []string{}}
		for line := range bytes.Lines(text) {
			if sought.InText(line) {
				place.Rows++
			}
		}
		if place.Rows > 0 {
			places = append(places, place)
		}
		return nil
	})
	return places, looked, err
}

// beside are the lines of files outside the data folder that name what is sought, or a
// finding about it.
func (e Erasing) beside(sought *duckdb.Sought) ([]string, error) {
	lines := []string{}
	for _, name := range e.Beside {
		text, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		n := 0
		for line := range bytes.Lines(text) {
			n++
			if sought.InText(line) || namesFinding(sought, string(line)) || namesID(sought, string(line)) {
				lines = append(lines, fmt.Sprintf("%s:%d", name, n))
			}
		}
	}
	return lines, nil
}

// fingerprints are the words of a line that may be the first digits of fingerprints.
var fingerprints = regexp.MustCompile(`\b[0-9a-f]{8,64}\b`)

func namesFinding(sought *duckdb.Sought, line string) bool {
	return slices.ContainsFunc(fingerprints.FindAllString(strings.ToLower(line), -1), func(word string) bool {
		return slices.ContainsFunc(sought.Fingerprints, func(f string) bool { return strings.HasPrefix(f, word) })
	})
}

// selectors are the columns of findings with an id that a waiver names.
var selectors = regexp.MustCompile(`\b(?:subject|from|to)_id:\s*"?(\d+)\b`)

func namesID(sought *duckdb.Sought, line string) bool {
	for _, m := range selectors.FindAllStringSubmatch(line, -1) {
		for _, k := range sought.Records {
			if fmt.Sprint(k.ID) == m[1] {
				return true
			}
		}
	}
	return false
}

// Any reports whether there is anything to erase, or an erasure to bring to its end.
func (e *Erased) Any() bool { return len(e.Found) > 0 || e.Journal || e.resumed }

// Gone reports whether nothing is left, and all was looked into.
func (e *Erased) Gone() bool {
	return e.DryRun || len(e.Left)+len(e.Looked.Unread) == 0
}

// WriteText writes for a person what was erased, or would be, what was looked at, and what
// is left.
func (e *Erased) WriteText(w io.Writer) error {
	who := strings.Join(e.Records, ", ")
	if !e.Any() {
		_, err := fmt.Fprintf(w, "%s: nothing in %s holds it\n", who, e.data)
		return errors.Join(err, e.writeBefore(w))
	}
	fmt.Fprintf(w, "%s %s\n", map[bool]string{true: "would erase", false: "erased"}[e.DryRun], who)
	for _, p := range e.Found {
		fmt.Fprintf(w, "  %s\n", placed(p))
	}
	if e.Journal {
		fmt.Fprintln(w, "  work/crawl.journal: the crawl that was not ended begins anew")
	}
	if !e.DryRun {
		e.writeProof(w)
	}
	for _, line := range e.Beside {
		fmt.Fprintf(w, "yours to change: %s names it, or a finding about it\n", line)
	}
	if err := e.writeBefore(w); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "not looked at: plans, reports and other files outside of the data folder, backups, and HubSpot itself: a record\nthat is still there is read again by the next crawl")
	return err
}

// writeBefore writes which of the records an earlier erasure took out.
func (e *Erased) writeBefore(w io.Writer) (err error) {
	for _, b := range e.Before {
		_, err = fmt.Fprintf(w, "%s was erased on %s\n", b.Record, b.At.Format(time.DateOnly))
	}
	return err
}

// writeProof writes what was looked at afterwards, and what is left.
func (e *Erased) writeProof(w io.Writer) {
	fmt.Fprintf(w, "looked at afterwards: %s, in them %s with %s and %s\n", terminal.Count(int64(e.Looked.Files), "file"),
		terminal.Count(int64(e.Looked.Tables), "table"), terminal.Count(int64(e.Looked.Columns), "column"), terminal.Count(e.Looked.Rows, "row"))
	if e.Gone() {
		fmt.Fprintln(w, "nothing is left")
	}
	for _, p := range e.Left {
		fmt.Fprintf(w, "LEFT  %s\n", placed(p))
	}
	for _, name := range e.Looked.Unread {
		fmt.Fprintf(w, "NOT LOOKED INTO  %s\n", name)
	}
}

// placed says in a line where something stands.
func placed(p duckdb.Place) string {
	text := p.File
	if strings.HasSuffix(p.File, ".duckdb") {
		text += " " + p.Table
	}
	var parts []string
	unit := "row"
	if p.Table == "" {
		unit = "line"
	}
	if p.Rows > 0 {
		parts = append(parts, terminal.Count(p.Rows, unit))
	}
	if p.Texts > 0 {
		parts = append(parts, terminal.Count(p.Texts, unit)+" of others with a name or an address of it")
	}
	text += ": " + strings.Join(parts, ", ")
	if len(p.Columns) > 0 {
		text += " (" + strings.Join(p.Columns, ", ") + ")"
	}
	return text
}
