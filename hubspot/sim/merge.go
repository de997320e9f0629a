package sim

import "slices"

// archive puts a record into the recycle bin. HubSpot then no longer shows its
// associations.
func (p *Portal) archive(r *record, at int64) {
	r.life, r.left = archived, at
	if p.switches.ArchivedLinks == "hidden" {
		p.unlinkAll(r)
	}
}

// unlinkAll removes every association of a record.
func (p *Portal) unlinkAll(r *record) {
	for _, l := range slices.Clone(r.links) {
		dissociate(r, l.to)
	}
}

// merge merges one record into another and returns the survivor: by the newer
// behaviour a new record, by the older one the primary.
func (p *Portal) merge(primary, other *record, at int64) *record {
	survivor := primary
	gone := []*record{other}
	if p.switches.Merge == "new-id" {
		survivor = primary.typ.newRecord(0, timeOf(primary.created))
		survivor.values = slices.Clone(primary.values)
		gone = []*record{primary, other}
	}
	for i, v := range other.values { // what the primary lacks
		if name := other.typ.properties[i]; v != "" && survivor.get(name) == "" {
			survivor.set(name, v)
		}
	}
	for _, r := range gone {
		p.relink(r, survivor)
		r.life, r.into, r.left = merged, survivor, at
		survivor.from = append(survivor.from, r.id)
	}
	survivor.updated = at
	return survivor
}

// relink moves the associations of a record to another. What the other can have
// only one of, and has, is dropped.
func (p *Portal) relink(r, survivor *record) {
	for len(r.links) > 0 {
		neighbor := r.links[0].to
		there, back := slices.Clone(r.between(neighbor)), slices.Clone(neighbor.between(r))
		dissociate(r, neighbor)
		if neighbor == survivor {
			continue
		}
		var taken []*associationType
		for _, l := range there {
			if l.typ.single() && slices.ContainsFunc(survivor.towards(l.typ.to), func(m link) bool { return m.typ == l.typ }) {
				taken = append(taken, l.typ.inverse)
				continue
			}
			survivor.put(neighbor, l.typ)
		}
		for _, l := range back {
			if !slices.Contains(taken, l.typ) {
				neighbor.put(survivor, l.typ)
			}
		}
	}
}
