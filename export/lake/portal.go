package lake

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"hubgraph/internal/sentence"
)

// Portal is what a data folder holds of one portal.
type Portal struct {
	*Data
	ID int64
}

// Portal is the part of a data folder that is of a portal, which need not have a
// snapshot yet. One portal a data folder: where it holds another one's snapshots, the
// error is ErrOtherPortal.
func (d *Data) Portal(id int64) (*Portal, error) {
	held, err := d.Portals()
	if err != nil {
		return nil, err
	}
	for _, other := range held {
		if other != id {
			return nil, d.otherPortal(other, id)
		}
	}
	return &Portal{d, id}, nil
}

func (d *Data) otherPortal(held, id int64) error {
	return sentence.New(ErrOtherPortal, "%s holds portal %d, but the token is of portal %d: choose another --data", d.dir, held, id)
}

// Portals lists the portals whose snapshots a data folder holds, or held.
func (d *Data) Portals() ([]int64, error) {
	names, err := d.list(lakeDir)
	if err != nil {
		return nil, dataError("the folder %s cannot be read: %v", d.path(lakeDir), sentence.Cause(err))
	}
	var ids []int64
	for _, name := range names {
		text, ok := strings.CutPrefix(name, "portal=")
		if !ok {
			continue
		}
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, dataError("%s is no folder of a portal", d.path(path.Join(lakeDir, name)))
		}
		published, err := d.list(path.Join(lakeDir, name))
		if err != nil {
			return nil, dataError("the folder %s cannot be read: %v", d.path(path.Join(lakeDir, name)), sentence.Cause(err))
		}
		if len(published) > 0 { // a run may have died before its first snapshot
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Only is the one portal that a data folder holds, for those who do not know which
// one is meant. Without any it is ErrNoSnapshot.
func (d *Data) Only() (*Portal, error) {
	held, err := d.Portals()
	switch {
	case err != nil:
		return nil, err
	case len(held) == 0:
		return nil, d.noSnapshot()
	case len(held) > 1:
		return nil, dataError("%s holds %d portals, such as %d and %d: keep each in a data folder of its own", d.dir, len(held), held[0], held[1])
	}
	return &Portal{d, held[0]}, nil
}

// Lake is the folder of the portal's snapshots, for an engine that reads Parquet.
func (p *Portal) Lake() string { return p.path(p.within(lakeDir)) }

// Audited is the folder of the portal's audits.
func (p *Portal) Audited() string { return p.path(p.within(auditsDir)) }

// within is the path of the portal's part of a folder, within the data folder.
func (p *Portal) within(dir string) string { return path.Join(dir, fmt.Sprintf("portal=%d", p.ID)) }
