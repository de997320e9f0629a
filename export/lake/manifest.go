package lake

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/parquet-go/parquet-go"

	"hubgraph/export"
	"hubgraph/graphmodel"
	"hubgraph/internal/sentence"
	"hubgraph/queries"
)

// manifestFile is written last: a folder without it is no snapshot.
const manifestFile = "manifest.json"

// maxManifest bounds what is read as a manifest, in bytes.
const maxManifest = 64 << 20

// Manifest describes a published snapshot or audit.
type Manifest struct {
	FormatVersion int                  `json:"format_version"`
	ToolVersion   string               `json:"tool_version"`
	Files         []File               `json:"files"`
	Snapshot      *queries.SnapshotRow `json:"snapshot,omitempty"`
	Certificate   *Certificate         `json:"certificate,omitempty"`
	Audit         *Audit               `json:"audit,omitempty"`
	Erased        []Erasure            `json:"erased,omitempty"` // why the files are not those of the crawl or audit
}

// File is a Parquet file of a snapshot or audit.
type File struct {
	Table  string `json:"table"`
	Path   string `json:"path"` // within the folder, with slashes
	Bytes  int64  `json:"bytes"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// in is the path of the file in a folder; what a manifest says cannot lead out
// of it.
func (f File) in(dir string) string { return path.Join(dir, path.Join("/", f.Path)) }

// Audit says what an audit compared, and what its tables do not hold.
type Audit struct {
	AuditID    string  `json:"audit_id"`
	PortalID   int64   `json:"portal_id"`
	SnapshotID string  `json:"snapshot_id"`
	BaselineID *string `json:"baseline_id"`
	// Of a format before 3 the rest is empty.
	Snapshot   *queries.SnapshotRow `json:"snapshot,omitempty"`
	Baseline   *queries.SnapshotRow `json:"baseline,omitempty"`
	NoBaseline string               `json:"no_baseline,omitempty"`
	Aside      string               `json:"aside,omitempty"` // why it does not enter the register of findings
	FailOn     queries.Severity     `json:"fail_on,omitempty"`
	Unread     int64                `json:"unread,omitempty"`
	Readable   bool                 `json:"readable,omitempty"` // all else of the snapshot was read
	Notes      []string             `json:"notes,omitempty"`
}

// Certificate is the evidence that a snapshot is complete, or which parts of it
// are not.
type Certificate struct {
	Complete  bool   `json:"complete"`
	Readable  bool   `json:"readable"` // complete, or but for a few records that the table gaps names
	Cells     int64  `json:"cells"`    // rows of coverage
	Requested int64  `json:"requested"`
	Received  int64  `json:"received"`
	Empty     int64  `json:"empty"`
	Failed    int64  `json:"failed"`
	Unread    int64  `json:"unread"`
	Gaps      []Hole `json:"gaps"`
	// Types are the ids of the object types in scope, sorted; none in formats before 3.
	Types []string `json:"types,omitempty"`
}

// Hole is a cell of the coverage that was not read in full.
type Hole struct {
	Kind     string  `json:"kind"`
	FromType string  `json:"from_type"`
	ToType   *string `json:"to_type"`
	Failed   int64   `json:"failed"`
	Unread   int64   `json:"unread"`
	Reason   *string `json:"reason"`
}

// certify sums up the coverage.
func certify(rows []export.Coverage, s *graphmodel.Snapshot) *Certificate {
	c := &Certificate{Complete: s.Complete, Readable: s.Readable(), Cells: int64(len(rows)), Gaps: []Hole{}}
	for _, r := range rows {
		c.Requested += r.Requested
		c.Received += r.Received
		c.Empty += r.Empty
		c.Failed += r.Failed
		c.Unread += r.Unread
		if !r.Complete && r.Verdict != string(graphmodel.VerdictOutOfScope) {
			c.Gaps = append(c.Gaps, Hole{r.Kind, r.FromType, r.ToType, r.Failed, r.Unread, r.Reason})
		}
	}
	for _, t := range s.Types {
		c.Types = append(c.Types, t.ID)
	}
	slices.Sort(c.Types)
	return c
}

// rows is the number of rows of a table.
func (m *Manifest) rows(table string) int64 {
	var n int64
	for _, f := range m.Files {
		if f.Table == table {
			n += f.Rows
		}
	}
	return n
}

// manifests are those that were read, by folder: a run lists the nights several times.
type manifests struct {
	sync.Mutex
	read map[string]manifestRead
}

type manifestRead struct {
	file fs.FileInfo
	Manifest
}

// settled is the age in which a file has another time of change if it is written again.
const settled = time.Second

// manifest is the manifest of a folder, as readManifest reads it. It is not read again
// while its file is the same.
func (d *Data) manifest(dir string) (m Manifest, err error) {
	d.manifests.Lock()
	defer d.manifests.Unlock()
	err = d.Within(func(root *os.Root) error {
		file, err := root.Stat(path.Join(dir, manifestFile))
		if err != nil {
			return err
		}
		if r, ok := d.manifests.read[dir]; ok && os.SameFile(r.file, file) && r.file.Size() == file.Size() && r.file.ModTime().Equal(file.ModTime()) {
			m = r.Manifest
			return nil
		}
		m, err = d.readManifest(root, dir)
		if err == nil && time.Since(file.ModTime()) > settled {
			if d.manifests.read == nil {
				d.manifests.read = map[string]manifestRead{}
			}
			d.manifests.read[dir] = manifestRead{file, m}
		}
		return err
	})
	return m, err
}

// readManifest reads the manifest of a folder. Without one the error is
// fs.ErrNotExist; one of a newer format is ErrFormat.
func (d *Data) readManifest(root *os.Root, dir string) (m Manifest, err error) {
	name := path.Join(dir, manifestFile)
	f, err := root.Open(name)
	if err != nil {
		return m, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return m, err
	}
	var format struct {
		Version int `json:"format_version"`
	}
	if err := json.Unmarshal(b, &format); err != nil || format.Version < 1 {
		return m, d.damaged(name, "is not a manifest")
	}
	if format.Version > export.FormatVersion { // before the rest, which may have another shape there
		return m, sentence.New(ErrFormat, "%s has format %d and this hubgraph reads up to %d: use a newer hubgraph", d.path(name), format.Version, export.FormatVersion)
	}
	if body, _, _ := bytes.Cut(b, []byte(digestMember)); !bytes.Equal(b, withDigest(body)) {
		return m, d.damaged(name, "does not have the digest that it says")
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, d.damaged(name, "is not a manifest")
	}
	return m, nil
}

// digestMember begins the last member of a manifest.
const digestMember = ",\n  \"digest\": \"sha256:"

// Encode writes a manifest as JSON with a digest of its own, so that a change of
// any byte is seen: what no file of the folder repeats, such as the scope, decides
// what a snapshot is compared with.
func (m *Manifest) Encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	return withDigest(bytes.TrimSuffix(b, []byte("\n}"))), nil
}

// withDigest closes a JSON object with the digest of what stands before it.
func withDigest(body []byte) []byte {
	return fmt.Appendf(nil, "%s%s%x\"\n}\n", body, digestMember, sha256.Sum256(body))
}

// verify reads a file again and compares it with the manifest: its size, its
// sha256, and that the footer names as many rows.
func (d *Data) verify(dir string, want File) error {
	name := want.in(dir)
	return d.Within(func(root *os.Root) error {
		f, err := root.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return d.damaged(name, "is missing")
		}
		if err != nil {
			return err
		}
		defer f.Close()
		hash := sha256.New()
		n, err := io.Copy(hash, f)
		if err != nil {
			return fmt.Errorf("read %s: %w", d.path(name), err)
		}
		if sum := hex.EncodeToString(hash.Sum(nil)); n != want.Bytes || sum != want.SHA256 {
			return d.damaged(name, "does not have the size and sha256 of its manifest")
		}
		file, err := parquet.OpenFile(f, n, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
		if err != nil || file.NumRows() != want.Rows {
			return d.damaged(name, "does not have the rows of its manifest")
		}
		return nil
	})
}

func (d *Data) damaged(name, how string) error {
	return sentence.New(ErrDamaged, "%s %s: restore its folder from a backup, or remove it", d.path(name), how)
}
