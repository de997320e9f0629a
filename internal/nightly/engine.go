package nightly

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/sentence"
	"hubgraph/internal/terminal"
	"hubgraph/queries"
)

// Exporting is what another engine is to be given.
type Exporting struct {
	Dir   string        // folder to write to, made where it is not there
	Files *duckdb.Files // of the portal whose newest snapshot is to be looked at; nil: of none
	Rules Rules
	Tool  string // the version of the program
}

// Exported is what another engine was given.
type Exported struct {
	Path     string  `json:"path"`
	Models   int     `json:"models"`
	Checks   int     `json:"checks"`
	Portal   *int64  `json:"portal_id"` // null: none
	Snapshot *string `json:"snapshot_id"`
	Baseline *string `json:"baseline_id"` // null: there is none
}

// portalsDir is the folder of the portals in an export: one file each, so that one export
// takes those of several data folders.
const portalsDir = "portals"

// Export writes what another engine needs to run models and checks, with the snapshot and
// the baseline that an audit would take now. Portals of an earlier export stay, and have to
// be exported again where the catalogue has changed.
func Export(ctx context.Context, e Exporting) (*Exported, error) {
	if err := e.room(); err != nil {
		return nil, err
	}
	files, err := queries.EngineCatalog(e.Tool, duckdb.EngineTables())
	if err != nil {
		return nil, err
	}
	catalog := files[len(files)-1]
	done := &Exported{Path: e.Dir}
	for _, f := range files {
		switch filepath.Dir(f.Path) {
		case "models":
			done.Models++
		case "checks":
			done.Checks++
		}
	}
	if e.Files != nil {
		portal, err := e.portal(ctx)
		if err != nil {
			return nil, err
		}
		text, err := portal.Encode(catalog)
		if err != nil {
			return nil, err
		}
		files = append(files, queries.EngineFile{Path: fmt.Sprintf("%s/%d.json", portalsDir, portal.PortalID), Text: text})
		done.Portal, done.Snapshot, done.Baseline = &portal.PortalID, &portal.SnapshotID, portal.BaselineID
	}
	for _, f := range files {
		name := filepath.Join(e.Dir, filepath.FromSlash(f.Path))
		err := os.MkdirAll(filepath.Dir(name), lake.DirMode)
		if err == nil {
			err = renameio.WriteFile(name, f.Text, lake.FileMode)
		}
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", name, sentence.Cause(err))
		}
	}
	return done, nil
}

// room makes sure that the folder is empty, or an earlier export, of which models and checks
// go.
func (e Exporting) room() error {
	entries, err := os.ReadDir(e.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(entries) == 0:
		return nil
	case err != nil:
		return sentence.New(lake.ErrData, "--export %s: %v", e.Dir, sentence.Cause(err))
	}
	if _, err := os.Stat(filepath.Join(e.Dir, queries.EngineCatalogFile)); err != nil {
		return sentence.New(lake.ErrData, "--export %s: the folder holds something else than an earlier export: name another one", e.Dir)
	}
	for _, name := range []string{"models", "checks"} {
		if err := os.RemoveAll(filepath.Join(e.Dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// portal is what an audit would look at now.
func (e Exporting) portal(ctx context.Context) (*queries.EnginePortal, error) {
	snapshot, err := e.Files.Newest()
	if err != nil {
		return nil, err
	}
	compared, err := e.Files.Baseline(snapshot, e.Rules.baseline())
	if err != nil {
		return nil, err
	}
	p := &queries.EnginePortal{PortalID: snapshot.PortalID, SnapshotID: snapshot.ID, Settings: e.Rules.Settings}
	if compared.Entry != nil {
		p.BaselineID = &compared.Entry.ID
	}
	build := duckdb.Build{Snapshot: snapshot, Baseline: compared.Entry}
	if p.Sources, err = e.Files.Sources(build); err != nil {
		return nil, err
	}
	p.Rows, err = e.Files.Earlier(ctx, build)
	return p, err
}

// WriteText writes for a person what was exported.
func (e *Exported) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s: %s, %s, %s\n", e.Path, terminal.Count(int64(e.Models), "model"), terminal.Count(int64(e.Checks), "check"), e.of())
	return err
}

func (e *Exported) of() string {
	switch {
	case e.Portal == nil:
		return "no portal, as there is no data folder"
	case e.Baseline == nil:
		return fmt.Sprintf("snapshot %s of portal %d, without a baseline", *e.Snapshot, *e.Portal)
	}
	return fmt.Sprintf("snapshot %s of portal %d and its baseline %s", *e.Snapshot, *e.Portal, *e.Baseline)
}
