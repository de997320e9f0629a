package sim

import "fmt"

// ends takes the records of an association and the types that are meant.
func (s *statement) ends() (from, to *record, types []*associationType, err error) {
	if from, err = s.existing(); err != nil {
		return
	}
	if to, err = s.existing(); err != nil {
		return
	}
	types, err = s.types(s.portal.pair(from.typ, to.typ))
	return
}

// unlink removes types between two records, or everything, as the API does.
func (s *statement) unlink() error {
	from, to, types, err := s.ends()
	if err != nil {
		return err
	}
	if len(types) == 0 {
		dissociate(from, to)
	}
	for _, t := range types {
		unlabel(from, to, t)
	}
	return nil
}

// cut removes rows of one direction only, which HubSpot itself would not.
func (s *statement) cut() error {
	from, to, types, err := s.ends()
	if err != nil {
		return err
	}
	from.drop(to, func(t *associationType) bool {
		for _, want := range types {
			if t == want {
				return true
			}
		}
		return len(types) == 0
	})
	return nil
}

// archive puts a record into the recycle bin.
func (s *statement) archive() error {
	r, err := s.existing()
	if err == nil {
		s.portal.archive(r, s.created().UnixMilli())
	}
	return err
}

// merge takes TYPE ID of the primary record and the id that is merged into it.
func (s *statement) merge() error {
	primary, err := s.existing()
	if err != nil {
		return err
	}
	id, err := s.number("the id that is merged into it")
	if err != nil {
		return err
	}
	other := primary.typ.records[id]
	if other == nil || other == primary || other.life != live || primary.life != live {
		return fmt.Errorf("expected two live records of %s, not %d and %d", primary.typ.Name, primary.id, id)
	}
	s.portal.merge(primary, other, s.created().UnixMilli())
	return nil
}
