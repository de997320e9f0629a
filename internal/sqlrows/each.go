// Package sqlrows reads the rows of a query.
package sqlrows

import (
	"context"
	"database/sql"
)

// Asked is what can be asked: a database, a connection or a transaction.
type Asked interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Each calls f for each row of a query with its arguments.
func Each(ctx context.Context, db Asked, query string, args []any, f func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
