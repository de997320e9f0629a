package duckdb

import (
	"context"
	"database/sql"
	"fmt"

	"hubgraph/export/lake"
	"hubgraph/graphmodel"
)

// Learned reads the inverses that a snapshot's links showed, or that it
// remembered from earlier nights.
func (f *Files) Learned(ctx context.Context, e lake.Entry) ([]graphmodel.Learned, error) {
	files, err := f.Files("association_types", e.Folder())
	if err != nil {
		return nil, err
	}
	var list []graphmodel.Learned
	err = askFiles(ctx, `
		SELECT from_type, to_type, category, type_id, inverse_category, inverse_type_id, inverse_support, inverse_overlap
		FROM `+readParquet(files, "")+` WHERE inverse_source = 'learned' ORDER BY ALL`,
		func(row *sql.Rows) error {
			var l graphmodel.Learned
			err := row.Scan(&l.Type.From, &l.Type.To, &l.Type.Category, &l.Type.ID, &l.Inverse.Category, &l.Inverse.ID, &l.Support, &l.Overlap)
			l.Inverse.From, l.Inverse.To = l.Type.To, l.Type.From
			list = append(list, l)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read the learned inverses of snapshot %s: %w", e.ID, err)
	}
	return list, nil
}
