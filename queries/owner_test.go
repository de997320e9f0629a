package queries

import (
	"strings"
	"testing"
)

// TestOwnersAreNamed has a deal of an owner whose name was read, and one of another.
func TestOwnersAreNamed(t *testing.T) {
	db := newNights(t, `
		INSERT INTO objects (object_type, object_id, owner_id) VALUES ('deals', 1, 42), ('deals', 2, 43), ('deals', 3, NULL);
		INSERT INTO owners (owner_id, name) VALUES (42, 'Ada Lovelace');`, "")
	got := join(lines(auditOne(t, db, "deal_fully_orphaned")))
	if strings.Count(got, `"owner":`) != 1 || !strings.Contains(got, `"owner_id":42,"owner":"Ada Lovelace"`) || !strings.Contains(got, `"owner_id":43`) {
		t.Error(got)
	}
}
