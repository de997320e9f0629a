package repair

import (
	"context"
	"errors"

	"hubgraph/hubspot"
)

// The ways to write.
const (
	creating   = "create"
	defaulting = "create default" // the plain type, which the call need not name
	archiving  = "archive"        // all types of the pairs, both ways
	unlabeling = "archive labels" // and their inverses
)

// input is what is sent for one pair of records, for all operations on it.
type input struct {
	ends  ends
	types []Type
	ops   []*Operation
}

// sending is a batch of inputs on its way.
type sending struct {
	portal  *portal
	forms   Forms
	how     string
	refused map[ends]string // why HubSpot refuses a pair
	unsure  map[ends]error  // sent without a clear answer
	unsent  map[ends]error  // not sent at all, and why
	strange error           // a refusal that is none of those that are known
	answer  func(part []input, refused map[ends]string, err error) error
	again   func(ctx context.Context, part []input) error // before a call is sent again, behind a wait
}

// mostRefused is from how many refused inputs on a batch is not halved any more, where
// they are also a twentieth of it.
const mostRefused = 20

// send sends inputs in one call. A call that HubSpot refuses as a whole is sent
// again in halves, down to the input that is refused for its own reason. The error
// is of the journal: nothing more may be sent then.
func (s *sending) send(ctx context.Context, inputs []input, all int) error {
	if len(s.unsure) > 0 || len(s.unsent) > 0 || len(s.refused) >= mostRefused && len(s.refused)*20 >= all {
		for _, in := range inputs {
			s.unsent[in.ends] = nil
		}
		return nil
	}
	refused, err := s.call(hubspot.BeforeRepeat(ctx, func(ctx context.Context) error { return s.again(ctx, inputs) }), inputs)
	if journal := s.answer(inputs, refused, err); journal != nil {
		for _, in := range inputs {
			s.unsure[in.ends] = journal
		}
		return journal
	}
	for e, why := range refused {
		s.refused[e] = why
	}
	var no *hubspot.Error
	switch {
	case err == nil:
	case errors.Is(err, hubspot.ErrUnclear):
		for _, in := range inputs {
			s.unsure[in.ends] = err
		}
	case !errors.As(err, &no) || hubspot.ClassOf(err) != hubspot.Refused || errors.Is(err, hubspot.ErrScope):
		for _, in := range inputs {
			s.unsent[in.ends] = err
		}
	case len(inputs) == 1:
		s.refused[inputs[0].ends] = no.Error()
		s.note(no)
	default:
		s.note(no)
		half := len(inputs) / 2
		return errors.Join(s.send(ctx, inputs[:half], all), s.send(ctx, inputs[half:], all))
	}
	return nil
}

// note remembers a refusal of a kind that is not known: what else HubSpot would refuse
// for, or do, is not known either.
func (s *sending) note(no *hubspot.Error) {
	switch no.Category {
	case "VALIDATION_ERROR", "OBJECT_NOT_FOUND", "CONFLICT":
	default:
		s.strange = no
	}
}

// call is one call, and why it refuses pairs.
func (s *sending) call(ctx context.Context, inputs []input) (map[ends]string, error) {
	from, to, err := s.portal.typeIDs(ctx, inputs[0].ends.from.Type, inputs[0].ends.to.Type)
	if err != nil {
		return nil, err
	}
	created, failed, err := s.ask(ctx, from, to, inputs)
	refused := map[ends]string{}
	for _, in := range inputs {
		if why := refusal(in.ends, failed); why != "" && !created[hubspot.Created{From: in.ends.from.ID, To: in.ends.to.ID}] {
			refused[in.ends] = why
		}
	}
	return refused, err
}

// ask sends inputs in the form that is wanted, and returns the pairs that HubSpot says it
// has created, and what it refuses.
func (s *sending) ask(ctx context.Context, from, to string, inputs []input) (created map[hubspot.Created]bool, failed []hubspot.ItemError, err error) {
	if s.forms.Legacy != "" {
		return s.askLegacy(ctx, from, to, inputs)
	}
	c := s.portal.client
	created = map[hubspot.Created]bool{}
	switch single := s.forms.Single && len(inputs) == 1; s.how {
	case archiving:
		if single {
			return nil, nil, c.DeleteAssociation(ctx, from, to, pairs(inputs)[0])
		}
		var batch *hubspot.ArchiveBatch
		if batch, err = c.ArchiveAssociations(ctx, from, to, archives(inputs)); err == nil {
			failed = batch.Failed
		}
	case unlabeling:
		var batch *hubspot.ArchiveBatch
		if batch, err = c.ArchiveLabels(ctx, from, to, creates(inputs)); err == nil {
			failed = batch.Failed
		}
	case defaulting:
		var batch *hubspot.DefaultBatch
		if single {
			batch, err = c.PutDefaultAssociation(ctx, from, to, pairs(inputs)[0])
		} else {
			batch, err = c.CreateDefaultAssociations(ctx, from, to, pairs(inputs))
		}
		if err == nil {
			failed = batch.Failed
			for _, l := range batch.Created {
				created[hubspot.Pair{From: l.From, To: l.To}] = true
			}
		}
	default:
		if single {
			return nil, nil, c.PutAssociation(ctx, from, to, creates(inputs)[0])
		}
		var batch *hubspot.CreateBatch
		if batch, err = c.CreateAssociations(ctx, from, to, creates(inputs)); err == nil {
			failed = batch.Failed
			for _, pair := range batch.Created {
				created[pair] = true
			}
		}
	}
	return created, failed, err
}

func pairs(inputs []input) []hubspot.Pair {
	list := make([]hubspot.Pair, len(inputs))
	for i, in := range inputs {
		list[i] = hubspot.Pair{From: in.ends.from.ID, To: in.ends.to.ID}
	}
	return list
}

func creates(inputs []input) []hubspot.CreateInput {
	list := make([]hubspot.CreateInput, len(inputs))
	for i, in := range inputs {
		list[i] = hubspot.CreateInput{From: in.ends.from.ID, To: in.ends.to.ID}
		for _, t := range in.types {
			list[i].Types = append(list[i].Types, hubspot.LinkType{Category: t.Category, ID: t.TypeID})
		}
	}
	return list
}

func archives(inputs []input) []hubspot.ArchiveInput {
	list := make([]hubspot.ArchiveInput, len(inputs))
	for i, in := range inputs {
		list[i] = hubspot.ArchiveInput{From: in.ends.from.ID, To: []int64{in.ends.to.ID}}
	}
	return list
}

// refusal is what HubSpot says against a pair: of the items that name its records,
// the one that names most of them, else of one that names none. HubSpot names the
// record that is at fault, and pairs share records: where an item names a record of
// several pairs it is reported of each of them that was not created.
func refusal(e ends, failed []hubspot.ItemError) string {
	why := ""
	for _, item := range failed {
		switch item.ID {
		case e.from.ID, e.to.ID:
			return item.Message
		case 0:
			why = item.Message
		}
	}
	return why
}

// inputsOf are the inputs for operations that are written in the same way, one a pair,
// in the order of the operations.
func (s *state) inputsOf(ops []*Operation) []input {
	places := map[ends]int{}
	var inputs []input
	for _, op := range ops {
		e := op.ends()
		i, known := places[e]
		if !known {
			i, places[e] = len(inputs), len(inputs)
			inputs = append(inputs, input{ends: e})
		}
		in := &inputs[i]
		in.ops = append(in.ops, op)
		types := op.Types
		if op.Action == Add {
			types = s.sent(op)
		}
		for _, t := range types {
			if op.Action == Add || containsAll(s.types(e), []Type{t}) {
				in.types = with(in.types, t)
			}
		}
	}
	return inputs
}

func with(types []Type, t Type) []Type {
	if containsAll(types, []Type{t}) {
		return types
	}
	return append(types, t)
}

// how says in which way an operation is written.
func (s *state) how(op *Operation, f Forms) string {
	switch {
	case op.Action == Add && f.Default && s.isDefault(op.ends(), s.sent(op)):
		return defaulting
	case op.Action == Add:
		return creating
	case s.removesPair(op):
		return archiving
	}
	return unlabeling
}

// allow gives the rights that the operations of a plan need, and no more.
func (p *Plan) allow(ctx context.Context) context.Context {
	for _, op := range p.Operations {
		switch op.Action {
		case Add:
			ctx = hubspot.AllowCreates(ctx)
		case Remove:
			ctx = hubspot.AllowRemovals(ctx)
		case Define:
			ctx = hubspot.AllowDefinitions(ctx)
		}
	}
	return ctx
}
