package sim

import (
	"maps"
	"slices"
	"time"
)

// searchIndex is what the search API knows: records as they were a while ago,
// where requests have changed them since. The portal's lock guards it.
type searchIndex struct {
	lag     int64 // in milliseconds
	earlier map[*record][]version
}

// version is what a record was until it changed.
type version struct {
	until int64   // in milliseconds since 1970
	was   *record // nil: there was none
}

func newSearchIndex(lag time.Duration) *searchIndex {
	return &searchIndex{lag: lag.Milliseconds(), earlier: map[*record][]version{}}
}

// manyVersions is the number of records from which those are looked for that the
// index has caught up with.
const manyVersions = 1 << 12

// keep remembers a record that is about to change; made says that it is new.
func (x *searchIndex) keep(r *record, made bool, now int64) {
	if x.lag == 0 {
		return
	}
	if len(x.earlier) > manyVersions {
		maps.DeleteFunc(x.earlier, func(_ *record, list []version) bool { return list[len(list)-1].until <= now-x.lag })
	}
	v := version{until: now}
	if !made {
		was := *r
		was.values, was.links = slices.Clone(r.values), slices.Clone(r.links)
		v.was = &was
	}
	x.earlier[r] = append(x.earlier[r], v)
}

// seen is a record as the index has it; nil where it has none.
func (x *searchIndex) seen(r *record, now int64) *record {
	for _, v := range x.earlier[r] {
		if v.until > now-x.lag {
			return v.was
		}
	}
	return r
}
