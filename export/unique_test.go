package export

import "testing"

func TestSameKeyOfAssociations(t *testing.T) {
	t.Parallel()
	row := Association{FromType: "deals", FromID: 1, ToType: "companies", ToID: 2, Category: "USER_DEFINED", TypeID: 3}
	for name, change := range map[string]func(*Association){
		"from type": func(r *Association) { r.FromType = "tickets" }, "from": func(r *Association) { r.FromID++ },
		"to type": func(r *Association) { r.ToType = "contacts" }, "to": func(r *Association) { r.ToID++ },
		"category": func(r *Association) { r.Category = "WORK" }, "type": func(r *Association) { r.TypeID++ },
	} {
		other := row
		change(&other)
		if row.sameKey(&other) {
			t.Errorf("a row has the key of one with another %s", name)
		}
	}
	other, reverse := row, true
	if other.HasReverse = &reverse; !row.sameKey(&other) {
		t.Error("a row has another key than its double")
	}
}
