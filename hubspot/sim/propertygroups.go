package sim

import (
	"fmt"
	"slices"
	"strings"
)

const (
	legacyGroups = "/crm/v3/properties/{type}/groups"
	datedGroups  = "/crm/properties/{v}/{type}/groups"
)

var groupRoutes = []route{
	{name: "property-groups", method: "GET", legacy: legacyGroups, dated: datedGroups, serve: listGroups},
	{name: "property-group", method: "GET", legacy: legacyGroups + "/{name}", dated: datedGroups + "/{name}", serve: getGroup},
	{name: "property-group-create", method: "POST", legacy: legacyGroups, dated: datedGroups, writes: true, serve: createGroup},
	{name: "property-group-update", method: "PATCH", legacy: legacyGroups + "/{name}", dated: datedGroups + "/{name}", writes: true, serve: updateGroup},
	{name: "property-group-archive", method: "DELETE", legacy: legacyGroups + "/{name}", dated: datedGroups + "/{name}", writes: true, serve: archiveGroup},
}

// propertyGroup is what people see properties under. No list shows one that is
// archived.
type propertyGroup struct {
	Name     string `json:"name"`
	Label    string `json:"label"`
	Order    int    `json:"displayOrder"`
	Archived bool   `json:"archived"`
}

// group is the name of the group that every object type has.
func (t *objectType) group() string {
	if name, custom := strings.CutPrefix(t.Name, "p_"); custom && t.Custom() {
		return name + "_information"
	}
	return strings.ReplaceAll(t.Singular, "_", "") + "information"
}

// propertyGroups are the groups of a type: its own first, then those that were
// made, and those that only properties name: whether HubSpot refuses such a
// property is not documented.
func (t *objectType) propertyGroups() []propertyGroup {
	list := []propertyGroup{{Name: t.group(), Label: t.labels[0] + " information"}}
	put := func(g propertyGroup, over bool) {
		switch at := slices.IndexFunc(list, func(o propertyGroup) bool { return o.Name == g.Name }); {
		case at < 0:
			list = append(list, g)
		case over:
			list[at] = g
		}
	}
	for _, g := range t.groups {
		put(g, true)
	}
	for _, name := range sortedKeys(t.described) {
		if group := t.described[name].Group; group != "" {
			put(propertyGroup{Name: group, Label: title(group), Order: -1}, false)
		}
	}
	return list
}

// setGroup puts a group in place of the one of the same name, or beside the others.
func (t *objectType) setGroup(g propertyGroup) {
	t.groups = append(slices.DeleteFunc(t.groups, func(o propertyGroup) bool { return o.Name == g.Name }), g)
}

func listGroups(c *call) (answer, error) {
	return ok(results[propertyGroup]{c.typ("type").propertyGroups()}), nil
}

// propertyGroup finds the group that the path names.
func (c *call) propertyGroup() (propertyGroup, error) {
	for _, g := range c.typ("type").propertyGroups() {
		if g.Name == c.places["name"] {
			return g, nil
		}
	}
	return propertyGroup{}, missing("property group named %q does not exist", c.places["name"]).with("groupName", c.places["name"])
}

func getGroup(c *call) (answer, error) {
	g, err := c.propertyGroup()
	return ok(g), err
}

func createGroup(c *call) (answer, error) {
	g := propertyGroup{Order: -1}
	if err := c.decode(&g); err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	switch {
	case g.Name == "" || g.Label == "":
		return answer{}, unset("name", "label")
	case slices.ContainsFunc(t.propertyGroups(), func(o propertyGroup) bool { return o.Name == g.Name }):
		return answer{}, conflict("A property group named '%s' already exists.", g.Name)
	}
	g.Archived = false
	t.setGroup(g)
	return c.made(g, g.Name), nil
}

func updateGroup(c *call) (answer, error) {
	old, err := c.propertyGroup()
	if err != nil {
		return answer{}, err
	}
	g := old
	if err := c.decode(&g); err != nil {
		return answer{}, err
	}
	g.Name, g.Archived = old.Name, false
	c.typ("type").setGroup(g)
	return ok(g), nil
}

// archiveGroup takes away a group that has no properties: what HubSpot does with
// those of another is not documented.
func archiveGroup(c *call) (answer, error) {
	g, err := c.propertyGroup()
	if err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	if slices.ContainsFunc(t.definitions(false), func(p *property) bool { return p.Group == g.Name }) {
		return answer{}, bad("The property group %q has properties", g.Name)
	}
	t.groups = slices.DeleteFunc(t.groups, func(o propertyGroup) bool { return o.Name == g.Name })
	return done(), nil
}

// group takes an object type, the name of a group of properties, its label and
// its order.
func (s *statement) group() error {
	t, err := s.objectType()
	if err != nil {
		return err
	}
	name, err := s.next("the name of a group of properties")
	if err != nil {
		return err
	}
	label, err := s.next("the label of the group")
	if err != nil {
		return err
	}
	g := propertyGroup{Name: name.text, Label: label.text, Order: -1}
	err = s.settings(func(key, value string) error {
		if _, err := fmt.Sscan(value, &g.Order); err != nil || key != "order" {
			return fmt.Errorf("expected order=N, not %s=%s", key, value)
		}
		return nil
	})
	t.setGroup(g)
	return err
}

// groups writes the groups of properties that were made.
func (w *printer) groups(t *objectType) {
	for _, g := range t.groups {
		w.line("group", t.Name, quoted(g.Name), fmt.Sprintf("%q", g.Label), setting("order", fmt.Sprint(g.Order)))
	}
}
