package sim

import (
	"net/url"
	"slices"
	"strings"
	"sync"
)

// route is an operation with its place in the two path families; either may be
// empty. In the dated one {v} stands for the version.
type route struct {
	name          string
	method        string
	legacy, dated string
	writes        bool
	open          bool // it takes no token, and does not count against the limits
	edits         bool // it changes associations
	serve         func(*call) (answer, error)
}

// versions are the date-based versions that answer.
var versions = []string{"2025-09", "2026-03", "2026-09"}

// template is one path of a route.
type template struct {
	route    *route
	dated    bool
	segments []string
	swapped  bool // the form /crm/associations/v4/…, which only part of the specification has
}

// templates are all paths, by method and number of segments. Those that name
// more stand before those that leave more open.
var templates = sync.OnceValue(func() map[string]map[int][]template {
	all := map[string]map[int][]template{}
	add := func(t template, path string) {
		if path == "" {
			return
		}
		t.segments = strings.Split(path, "/")
		if all[t.route.method] == nil {
			all[t.route.method] = map[int][]template{}
		}
		n := len(t.segments)
		all[t.route.method][n] = append(all[t.route.method][n], t)
	}
	for _, group := range routeGroups() {
		for i := range group {
			r := &group[i]
			add(template{route: r}, r.legacy)
			add(template{route: r, dated: true}, r.dated)
			if rest, ok := strings.CutPrefix(r.legacy, "/crm/v4/associations/"); ok {
				add(template{route: r, swapped: true}, "/crm/associations/v4/"+rest)
			}
			if rest, ok := strings.CutPrefix(r.legacy, "/crm-object-schemas/v3/"); ok { // clients send either
				add(template{route: r}, "/crm/v3/"+rest)
			}
		}
	}
	open := func(t template) int {
		return len(t.segments) - len(slices.DeleteFunc(slices.Clone(t.segments), func(s string) bool { return strings.HasPrefix(s, "{") }))
	}
	for _, lengths := range all {
		for _, list := range lengths {
			slices.SortStableFunc(list, func(a, b template) int { return open(a) - open(b) })
		}
	}
	return all
})

// routeGroups are all routes, by the file that serves them.
func routeGroups() [][]route {
	return [][]route{objectRoutes, objectWriteRoutes, searchRoutes, associationRoutes, associationWriteRoutes, singleRoutes, dissociationRoutes, legacyRoutes, oldestRoutes,
		definitionRoutes, labelRoutes, configurationRoutes, schemaRoutes, accountRoutes, limitRoutes, tokenRoutes,
		propertyRoutes, groupRoutes, ownerRoutes, pipelineRoutes, stageRoutes, exportRoutes}
}

func routesBy(method string, segments int) []template { return templates()[method][segments] }

// match compares a path with a template and returns what stands in its places.
func (t template) match(path []string, s Switches) (places map[string]string, version string, ok bool) {
	if t.swapped && s.VersionFirst == "no" {
		return nil, "", false
	}
	for i, want := range t.segments {
		switch {
		case want == "{v}":
			if !slices.Contains(versions, path[i]) {
				return nil, "", false
			}
			version = path[i]
		case !strings.HasPrefix(want, "{") && want != path[i]:
			return nil, "", false
		}
	}
	places = map[string]string{}
	for i, want := range t.segments {
		if strings.HasPrefix(want, "{") && want != "{v}" {
			text, err := url.PathUnescape(path[i])
			if err != nil {
				return nil, "", false
			}
			places[strings.Trim(want, "{}")] = text
		}
	}
	return places, version, true
}
