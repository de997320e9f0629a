package crawl

import (
	"fmt"
	"strings"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// defs reads definitions, a line each: FROM TO CATEGORY:ID TEXT. U is USER_DEFINED, H
// HUBSPOT_DEFINED.
func defs(t *testing.T, text string) (list []graphmodel.Definition) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		words := strings.SplitN(line, " ", 4)
		key := typeKey(t, words[0], words[1], words[2])
		label := ""
		if len(words) == 4 {
			label = words[3]
		}
		list = append(list, graphmodel.Definition{From: key.From, To: key.To, Category: key.Category, TypeID: key.ID, Label: label})
	}
	return list
}

func typeKey(t *testing.T, from, to, id string) graphmodel.TypeKey {
	t.Helper()
	id = strings.NewReplacer("U:", hubspot.UserDefined+":", "H:", hubspot.HubSpotDefined+":").Replace(id)
	key, ok := parseType(from, to, id)
	if !ok {
		t.Fatalf("%s %s %s is no type", from, to, id)
	}
	return key
}

// linked is a graph of links between records of their own: so many times there with
// some types, and back with others. Each is FROM TO TIMES THERE BACK, the ids of
// USER_DEFINED types joined by commas, or -.
func linked(t *testing.T, text string) *graphmodel.Graph {
	t.Helper()
	g, id := graphmodel.New(), int64(0)
	for line := range strings.Lines(text) {
		var from, to, there, back string
		var times int
		if _, err := fmt.Sscan(line, &from, &to, &times, &there, &back); err != nil {
			continue
		}
		for range times {
			id++
			a, b := graphmodel.Key{Type: from, ID: id}, graphmodel.Key{Type: to, ID: -id}
			g.Link(a, b, userTypes(t, there)...)
			g.Link(b, a, userTypes(t, back)...)
		}
	}
	g.Seal()
	return g
}

func userTypes(t *testing.T, ids string) (types []graphmodel.Type) {
	t.Helper()
	for id := range strings.SplitSeq(strings.Trim(ids, "-"), ",") {
		if id != "" {
			types = append(types, graphmodel.Type{Category: hubspot.UserDefined, ID: typeKey(t, "a", "b", "U:"+id).ID})
		}
	}
	return types
}

// TestInversesByText has definitions and says what inverse each gets.
func TestInversesByText(t *testing.T) {
	const (
		crosswise = "contacts companies U:21 Supplier\n companies contacts U:22 Customer\n contacts companies U:23 Customer\n companies contacts U:24 Supplier"
		single    = "contacts companies U:21 Partner\n companies contacts U:22 Partner\n"
	)
	for name, tt := range map[string]struct {
		defs       string
		links      string
		configured string
		remembered [][2]string // from contacts to companies
		unlisted   [2]string
		want       string // id and source of each definition's inverse
	}{
		"alone":                           {defs: "contacts companies U:21 Partner\n companies contacts U:40 Partner", want: "40 same_text, 21 same_text"},
		"documented":                      {defs: "contacts companies H:1 Primary\n companies contacts H:2 Primary", want: "2 documented, 1 documented"},
		"plain":                           {defs: "deals p_cars U:9\n p_cars deals U:18\n deals p_cars U:21 Trade-in\n p_cars deals U:22 Takes in", want: "18 same_text, 9 same_text, 0, 0"},
		"case and blanks":                 {defs: "contacts companies U:21 Key  Partner\n companies contacts U:22 key partner", want: "22 same_text, 21 same_text"},
		"case and blanks are one text":    {defs: "contacts companies U:21 Key  Partner\n companies contacts U:22 key partner\n companies contacts U:24 KEY PARTNER\n contacts companies U:23 x", want: "0, 0, 0, 0"},
		"crosswise":                       {defs: crosswise, want: "0, 0, 0, 0"},
		"crosswise, other ids":            {defs: "contacts companies U:21 Supplier\n companies contacts U:30 Customer\n contacts companies U:40 Customer\n companies contacts U:50 Supplier", want: "0, 0, 0, 0"},
		"crosswise, few links":            {defs: crosswise, links: "contacts companies 1 21 22\n contacts companies 1 23 24", want: "0, 0, 0, 0"},
		"crosswise, many links":           {defs: crosswise, links: "contacts companies 30 21 22\n contacts companies 20 23 24", want: "22 learned, 21 learned, 24 learned, 23 learned"},
		"three labels in a ring":          {defs: "contacts companies U:21 a\n companies contacts U:22 b\n contacts companies U:23 b\n companies contacts U:24 c\n contacts companies U:25 c\n companies contacts U:26 a", want: "0, 0, 0, 0, 0, 0"},
		"several single labels":           {defs: single + "contacts companies U:24 Friend\n companies contacts U:23 Friend", want: "22 same_text, 21 same_text, 23 same_text, 24 same_text"},
		"ids that do not agree":           {defs: single + "contacts companies U:30 Friend\n companies contacts U:33 Friend", want: "22 same_text, 21 same_text, 0, 0"},
		"ids that come twice":             {defs: "contacts companies U:21 Partner\n companies contacts U:21 Partner\n contacts companies U:22 Friend\n companies contacts U:22 Friend", want: "0, 0, 0, 0"},
		"beside a label with two texts":   {defs: single + "contacts companies U:24 Pays\n companies contacts U:23 Is paid by", want: "22 same_text, 21 same_text, 0, 0"},
		"text twice on the way back":      {defs: single + "contacts companies U:23 Pays\n companies contacts U:24 Partner", want: "0, 0, 0, 0"},
		"HubSpot's text is the user's":    {defs: single + "contacts companies H:901 Partner\n companies contacts H:902 Partner", want: "22 same_text, 21 same_text, 902 same_text, 901 same_text"},
		"never across categories":         {defs: "contacts companies U:21 Partner\n companies contacts H:902 Partner", want: "0, 0"},
		"definitions that were not read":  {defs: single, unlisted: [2]string{"companies", "contacts"}, want: "0, 0"},
		"contradicted":                    {defs: single, links: "contacts companies 8 21 -\n contacts companies 8 - 22", want: "0, 0"},
		"not contradicted by few":         {defs: single, links: "contacts companies 7 21 -\n contacts companies 7 - 22", want: "22 same_text, 21 same_text"},
		"rows were lost":                  {defs: single, links: "contacts companies 10 21 22\n contacts companies 90 21 -", want: "22 same_text, 21 same_text"},
		"another is remembered":           {defs: single, remembered: [][2]string{{"21", "24"}}, want: "22 same_text, 21 same_text"}, // it is defined no more
		"another is remembered and there": {defs: single + "contacts companies U:23 x\n companies contacts U:24 y", remembered: [][2]string{{"21", "24"}}, want: "24 learned, 0, 0, 21 learned"},
		"what is remembered is contradicted": {defs: crosswise, remembered: [][2]string{{"21", "24"}}, links: "contacts companies 30 21 22\n contacts companies 30 23 24",
			want: "22 learned, 21 learned, 24 learned, 23 learned"},
		"what is remembered is contradicted by few": {defs: crosswise, remembered: [][2]string{{"21", "24"}}, links: "contacts companies 9 21 22\n contacts companies 9 23 24", want: "0, 0, 0, 0"},
		"what is remembered contradicts itself":     {defs: crosswise, remembered: [][2]string{{"21", "22"}, {"23", "22"}}, want: "0, 0, 0, 0"},
		"settings":                                  {defs: crosswise, configured: "contacts companies USER_DEFINED:21 USER_DEFINED:22", want: "22 config, 21 config, 0, 0"},
		"settings against themselves":               {defs: crosswise, configured: "contacts companies USER_DEFINED:21 USER_DEFINED:22, contacts companies USER_DEFINED:23 USER_DEFINED:22", want: "22 config, 21 config, 0, 0"},
		"settings against HubSpot": {defs: "contacts companies H:1 Primary\n companies contacts H:2 Primary\n companies contacts U:2 x\n contacts companies U:1 y",
			configured: "contacts companies HUBSPOT_DEFINED:1 USER_DEFINED:2, contacts companies USER_DEFINED:1 HUBSPOT_DEFINED:2", want: "2 documented, 1 documented, 0, 0"},
		"within one type, alone":           {defs: "contacts contacts U:13 Sibling", want: "13 same_text"},
		"within one type, a pair":          {defs: "contacts contacts U:11 Manager\n contacts contacts U:12 Employee", want: "0, 0"},
		"within one type, two ids":         {defs: "contacts contacts U:11 Colleague\n contacts contacts U:12 Colleague", want: "0, 0"},
		"within one type, two ids, linked": {defs: "contacts contacts U:11 Colleague\n contacts contacts U:12 Colleague", links: "contacts contacts 2 11 12", want: "12 same_text, 11 same_text"},
		"within one type, two labels":      {defs: "contacts contacts U:11 Colleague\n contacts contacts U:12 Colleague", links: "contacts contacts 9 11 11\n contacts contacts 9 12 12", want: "0, 0"},
		"within one type, one text of two": {defs: "contacts contacts U:11 Manager\n contacts contacts U:12 Employee\n contacts contacts U:13 Employee", links: "contacts contacts 9 11 12\n contacts contacts 9 13 13", want: "0, 0, 0"},
		"within one type, plain":           {defs: "p_cars p_cars U:9\n p_cars p_cars U:11 Tows", want: "9 same_text, 11 same_text"},
	} {
		t.Run(name, func(t *testing.T) {
			list := defs(t, tt.defs)
			k := sources{graph: linked(t, tt.links), unlisted: map[[2]string]bool{tt.unlisted: true}}
			for _, text := range strings.Split(tt.configured, ", ") {
				if text != "" {
					key := strings.Fields(text)
					k.configured = append(k.configured, Inverse{typeKey(t, key[0], key[1], key[2]), typeKey(t, key[1], key[0], key[3])})
				}
			}
			for _, ids := range tt.remembered {
				k.remembered = append(k.remembered, graphmodel.Learned{Type: typeKey(t, "contacts", "companies", "U:"+ids[0]), Inverse: typeKey(t, "companies", "contacts", "U:"+ids[1]), Support: 40, Overlap: 0.9})
			}
			resolveInverses(list, k)
			var got []string
			for _, d := range list {
				got = append(got, strings.TrimSpace(fmt.Sprint(d.InverseTypeID, " ", d.InverseSource)))
			}
			if got := strings.Join(got, ", "); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// TestInversesOfSettingsThatHaveNoEffect names what stands against them.
func TestInversesOfSettingsThatHaveNoEffect(t *testing.T) {
	t.Parallel()
	p := &Plan{Definitions: defs(t, "contacts companies H:1 Primary\n companies contacts H:2 x\n contacts companies U:21 a\n companies contacts U:22 b\n contacts companies U:23 c\n companies contacts U:24 d")}
	var configured []Inverse
	for _, text := range []string{"contacts companies USER_DEFINED:21 USER_DEFINED:22", "companies contacts USER_DEFINED:22 USER_DEFINED:21", "contacts companies USER_DEFINED:23 USER_DEFINED:22",
		"contacts companies USER_DEFINED:23 HUBSPOT_DEFINED:2", "contacts companies USER_DEFINED:23 USER_DEFINED:99"} {
		inverse, err := ParseInverse(text)
		if err != nil || inverse.String() != text {
			t.Fatalf("%q, %v", inverse, err)
		}
		configured = append(configured, inverse)
	}
	got := strings.Join(p.Unmet(configured), "\n")
	want := `the inverse "contacts companies USER_DEFINED:23 USER_DEFINED:22" of the settings has no effect, because of USER_DEFINED:22 from companies to contacts: its inverse is USER_DEFINED:21 (config)
the inverse "contacts companies USER_DEFINED:23 HUBSPOT_DEFINED:2" of the settings has no effect, because of HUBSPOT_DEFINED:2 from companies to contacts: its inverse is HUBSPOT_DEFINED:1 (documented)
the inverse "contacts companies USER_DEFINED:23 USER_DEFINED:99" of the settings has no effect, because of USER_DEFINED:99 from companies to contacts: the portal has no such type among those that are crawled`
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
