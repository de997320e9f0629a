package hubspot

import "testing"

// TestWhatShowsThatReadsDoNotCount has answers say how many requests were counted.
func TestWhatShowsThatReadsDoNotCount(t *testing.T) {
	type answer struct{ counted, reads, others int }
	times := func(n int, a answer) (all []answer) {
		for range n {
			all = append(all, a)
		}
		return all
	}
	for name, tt := range map[string]struct {
		answers []answer
		want    bool
	}{
		"the others alone":               {times(5, answer{7, 24, 7}), true},
		"too few answers":                {times(4, answer{7, 24, 7}), false},
		"too few reads":                  {times(50, answer{7, 19, 7}), false},
		"too few others":                 {times(50, answer{4, 24, 4}), false},
		"all":                            {times(50, answer{31, 24, 7}), false},
		"most, counted late":             {times(50, answer{26, 24, 7}), false},
		"fewer than can be":              {times(50, answer{2, 24, 7}), false},
		"all, once in a while":           {append(times(4, answer{7, 24, 7}), append(times(1, answer{31, 24, 7}), times(4, answer{7, 24, 7})...)...), false},
		"fewer than can be, once":        {append(times(1, answer{1, 9, 7}), times(50, answer{7, 24, 7})...), false},
		"once shown it stays":            {append(times(5, answer{7, 24, 7}), times(9, answer{40, 24, 7})...), true},
		"another app hides some of them": {times(5, answer{12, 24, 7}), true},
	} {
		var e exemption
		for _, a := range tt.answers {
			e.notice(a.counted, a.reads, a.others)
		}
		if e.holds() != tt.want {
			t.Errorf("%s: %t", name, e.holds())
		}
		if e.refused = true; e.holds() {
			t.Errorf("%s: it holds after a refusal", name)
		}
	}
}
