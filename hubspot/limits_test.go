package hubspot

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPairLimits(t *testing.T) {
	for body, want := range map[string][]Limit{
		`{"results":[]}`: {},
		`{"results":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null,"userEnforcedMaxToObjectIds":5},{"category":"WORK","typeId":"1","label":"Boss","userEnforcedMaxToObjectIds":"1"},
			{"category":"USER_DEFINED","typeId":2,"label":"x","userEnforcedMaxToObjectIds":null},{"category":"USER_DEFINED","typeId":3},{}]}`: {{HubSpotDefined, 279, "", 5}, {Work, 1, "Boss", 1}},
	} {
		got, err := saying(t, body).PairLimits(t.Context(), "0-1", "0-2")
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Error(body, err, diff)
		}
	}
	for _, row := range []string{`{"category":"WORK","typeId":1,"userEnforcedMaxToObjectIds":0}`, `{"category":"WORK","typeId":1,"userEnforcedMaxToObjectIds":"many"}`,
		`{"typeId":1,"userEnforcedMaxToObjectIds":5}`, `{"category":"WORK","userEnforcedMaxToObjectIds":5}`, `7`} {
		if got, err := saying(t, `{"results":[`+row+`]}`).PairLimits(t.Context(), "0-1", "0-2"); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %+v, %v", row, got, err)
		}
	}
}
