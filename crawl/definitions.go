package crawl

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// define joins what the labels endpoint says of a pair (category, id, text)
// with what the schema says (internal name, most links a record may have).
func define(pair Pair, labels []hubspot.Label, inSchema map[int]hubspot.SchemaAssociation) []graphmodel.Definition {
	documented := map[int]hubspot.DocumentedType{}
	for _, d := range hubspot.DocumentedTypes() {
		if d.From == pair.From.Name && d.To == pair.To.Name {
			documented[d.TypeID] = d
		}
	}
	if labels == nil { // refused: the schema is all there is, which names no category, or else the documentation
		labels = labelsOf(inSchema, documented)
	}
	ownID := map[int]bool{} // ids that HubSpot itself uses on this pair
	for _, l := range labels {
		ownID[l.TypeID] = ownID[l.TypeID] || l.Category == hubspot.HubSpotDefined
	}
	defs := make([]graphmodel.Definition, 0, len(labels))
	for _, l := range labels {
		d := graphmodel.Definition{From: pair.From.Name, To: pair.To.Name, Category: l.Category, TypeID: int32(l.TypeID), Label: l.Label}
		d.Default = l.Label == ""
		d.Primary = l.Category == hubspot.HubSpotDefined && documented[l.TypeID].Kind == "primary"
		// A schema gives ids without categories: where two types of a pair share
		// a number, the row is HubSpot's own.
		if s, ok := inSchema[l.TypeID]; ok && (l.Category == hubspot.HubSpotDefined || !ownID[l.TypeID]) {
			d.Name, d.MaxTo = s.Name, s.MaxTo
		}
		defs = append(defs, d)
	}
	slices.SortFunc(defs, compareDefinitions)
	return defs
}

func labelsOf(inSchema map[int]hubspot.SchemaAssociation, documented map[int]hubspot.DocumentedType) []hubspot.Label {
	ids := slices.DeleteFunc(slices.Collect(maps.Keys(inSchema)), func(id int) bool { return id == 0 })
	if len(ids) == 0 {
		ids = slices.Collect(maps.Keys(documented))
	}
	var labels []hubspot.Label
	for _, id := range ids {
		l := hubspot.Label{Category: hubspot.UserDefined, TypeID: id}
		if d, ok := documented[id]; ok {
			l.Category, l.Label = hubspot.HubSpotDefined, d.Label
		}
		labels = append(labels, l)
	}
	return labels
}

func compareDefinitions(a, b graphmodel.Definition) int {
	return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To),
		strings.Compare(a.Category, b.Category), cmp.Compare(a.TypeID, b.TypeID))
}
