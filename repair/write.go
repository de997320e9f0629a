package repair

import (
	"context"
	"slices"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// inputs are the creates for operations, one a pair of records with the union of
// what it has and lacks, and the journal's entry that says so.
func (s *state) inputs(ops []*Operation) ([]hubspot.CreateInput, Entry) {
	entry := Entry{Event: "intent"}
	var order []ends
	union := map[ends][]Type{}
	for _, op := range ops {
		e := op.ends()
		if union[e] == nil {
			order = append(order, e)
			union[e] = slices.Clone(s.present[e])
		}
		for _, t := range op.Types {
			if !slices.Contains(union[e], t) {
				union[e] = append(union[e], t)
			}
		}
	}
	for _, op := range ops {
		e := op.ends()
		entry.Operations = append(entry.Operations, JournalRow{N: op.N, Sent: union[e],
			Before: &Before{Forward: s.present[e], Inverse: s.present[e.reversed()]}})
	}
	inputs := make([]hubspot.CreateInput, 0, len(order))
	for _, e := range order {
		in := hubspot.CreateInput{From: e.from.ID, To: e.to.ID}
		for _, t := range union[e] {
			in.Types = append(in.Types, hubspot.LinkType{Category: t.Category, ID: t.TypeID})
		}
		inputs = append(inputs, in)
	}
	return inputs, entry
}

// create sends one batch. What it returns beside an error is why HubSpot refuses
// pairs. An error item that names no record is told of every pair that is
// neither created nor named by another item.
func (p *portal) create(ctx context.Context, op *Operation, inputs []hubspot.CreateInput) (map[ends]string, error) {
	fromID, toID, err := p.typeIDs(ctx, op.FromType, op.ToType)
	if err != nil {
		return nil, err
	}
	batch, err := p.client.CreateAssociations(ctx, fromID, toID, inputs)
	if err != nil {
		return nil, err
	}
	created := map[hubspot.Created]bool{}
	for _, pair := range batch.Created {
		created[pair] = true
	}
	refused := map[ends]string{}
	for _, in := range inputs {
		if why := refusal(in, batch.Failed); why != "" && !created[hubspot.Created{From: in.From, To: in.To}] {
			refused[ends{graphmodel.Key{Type: op.FromType, ID: in.From}, graphmodel.Key{Type: op.ToType, ID: in.To}}] = why
		}
	}
	return refused, nil
}

// refusal is what HubSpot says against an input: of the item that names one of
// its records, else of one that names none.
func refusal(in hubspot.CreateInput, failed []hubspot.ItemError) string {
	why := ""
	for _, item := range failed {
		switch item.ID {
		case in.From, in.To:
			return item.Message
		case 0:
			why = item.Message
		}
	}
	return why
}

// readBacks are the waits between readings, for a portal whose reads lag
// behind its writes: no delay is documented, and none is usual.
var readBacks = [...]time.Duration{0, 500 * time.Millisecond, 2 * time.Second}

// readBack reads what lies between the ends of the operations, again after a
// while where something is missing that HubSpot did not refuse.
func (p *portal) readBack(ctx context.Context, ops []*Operation, refused map[ends]string) (*state, error) {
	var s *state
	for _, wait := range readBacks {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		s = &state{present: map[ends][]Type{}}
		if err := p.readPairs(ctx, ops, ends.same, s.present); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(ops, func(op *Operation) bool { return !s.has(op) && refused[op.ends()] == "" }) {
			return s, nil
		}
	}
	return s, nil
}
