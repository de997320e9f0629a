package hubspot

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// DefaultAPIVersion is the newest version that hubgraph was tested with. The
// older path family, v4, is supported by HubSpot until 2027-03-30 (changelog
// "Deprecating support for HubSpot v4 APIs").
const DefaultAPIVersion = "2026-09"

// The most that one call takes (HubSpot's documentation of each endpoint).
const (
	MaxListPage     = 100  // records in a page of a list
	MaxSearchPage   = 200  // records in a page of a search
	MaxBatchObjects = 100  // records in an objects batch read
	MaxBatchRead    = 1000 // inputs of an associations batch read (changelog of 2025-02-10)
	MaxBatchCreate  = 2000 // inputs of an associations batch create
	MaxBatchArchive = 2000 // pairs in a call that archives; the documentation names no other limit than that of creates
)

// operation is something that the client asks of the API.
type operation uint8

const (
	opAccount operation = iota
	opSchemas
	opSchema
	opProperties
	opPipelines
	opOwners
	opListObjects
	opReadObjects
	opSearchObjects
	opRecordCounts
	opLabels
	opReadLinks
	opCreateLinks
	opArchiveLinks
	opArchiveLabels
	opLimits
)

// effect says what an operation does to the portal, and so whether it may be
// sent, and sent again.
type effect uint8

const (
	unclassified effect = iota // is refused
	reads                      // changes nothing: repeated after every fault that can pass
	creates                    // adds associations: needs AllowCreates
	removes                    // takes associations, or types of them: needs AllowRemovals
	defines                    // changes labels or limits: needs AllowDefinitions
)

// writes reports whether an operation changes anything. It is then repeated only
// where it was surely not done.
func (e effect) writes() bool { return e == creates || e == removes || e == defines }

// route is where an operation lives in the two path families. In the dated one
// {v} stands for the version.
type route struct {
	method        string
	legacy, dated string
	effect        effect
}

// routes are all that the client can send: the transport refuses the rest.
var routes = [...]route{
	opAccount:       {http.MethodGet, "/account-info/v3/details", "/account-info/{v}/details", reads},
	opSchemas:       {http.MethodGet, "/crm-object-schemas/v3/schemas", "/crm-object-schemas/{v}/schemas", reads},
	opSchema:        {http.MethodGet, "/crm-object-schemas/v3/schemas/{type}", "/crm-object-schemas/{v}/schemas/{type}", reads},
	opProperties:    {http.MethodGet, "/crm/v3/properties/{type}", "/crm/properties/{v}/{type}", reads},
	opPipelines:     {http.MethodGet, "/crm/v3/pipelines/{type}", "/crm/pipelines/{v}/{type}", reads},
	opOwners:        {http.MethodGet, "/crm/v3/owners", "/crm/owners/{v}", reads},
	opListObjects:   {http.MethodGet, "/crm/v3/objects/{type}", "/crm/objects/{v}/{type}", reads},
	opReadObjects:   {http.MethodPost, "/crm/v3/objects/{type}/batch/read", "/crm/objects/{v}/{type}/batch/read", reads},
	opSearchObjects: {http.MethodPost, "/crm/v3/objects/{type}/search", "/crm/objects/{v}/{type}/search", reads},
	opRecordCounts:  {http.MethodGet, "/crm/v3/limits/records", "/crm/limits/{v}/records", reads},
	opLabels:        {http.MethodGet, "/crm/v4/associations/{from}/{to}/labels", "/crm/associations/{v}/{from}/{to}/labels", reads},
	opReadLinks:     {http.MethodPost, "/crm/v4/associations/{from}/{to}/batch/read", "/crm/associations/{v}/{from}/{to}/batch/read", reads},
	opCreateLinks:   {http.MethodPost, "/crm/v4/associations/{from}/{to}/batch/create", "/crm/associations/{v}/{from}/{to}/batch/create", creates},
	opArchiveLinks:  {http.MethodPost, "/crm/v4/associations/{from}/{to}/batch/archive", "/crm/associations/{v}/{from}/{to}/batch/archive", removes},
	opArchiveLabels: {http.MethodPost, "/crm/v4/associations/{from}/{to}/batch/labels/archive", "/crm/associations/{v}/{from}/{to}/batch/labels/archive", removes},
	opLimits:        {http.MethodGet, "/crm/v4/associations/definitions/configurations/{from}/{to}", "/crm/associations/{v}/definitions/configurations/{from}/{to}", reads},
}

var (
	datedVersion = regexp.MustCompile(`^20[0-9]{2}-(03|09)$`)
	// typeSegment is what may stand for an object type in a path.
	typeSegment = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

// checkVersion takes v4 and the date-based versions, of March and September.
func checkVersion(version string) error {
	if version == "v4" || datedVersion.MatchString(version) {
		return nil
	}
	return fmt.Errorf("there is no API version %q: give v4, or a year with -03 or -09 such as %s", version, DefaultAPIVersion)
}

// path is the route's path in a version, with object types put into its places,
// in order.
func (r route) path(version string, types ...string) (string, error) {
	template := r.legacy
	if version != "v4" {
		template = strings.Replace(r.dated, "{v}", version, 1)
	}
	parts := strings.Split(template, "/")
	for i, part := range parts {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		if len(types) == 0 || !typeSegment.MatchString(types[0]) {
			return "", fmt.Errorf("%q is no object type: give its id, such as 0-1 or 2-123", strings.Join(types, " "))
		}
		parts[i], types = types[0], types[1:]
	}
	return strings.Join(parts, "/"), nil
}

// matches reports whether a request is for this route, in either family.
func (r route) matches(method, path string) bool {
	return method == r.method && (matchTemplate(r.legacy, path) || matchTemplate(r.dated, path))
}

func matchTemplate(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i, part := range want {
		ok := part == got[i]
		switch {
		case part == "{v}":
			ok = datedVersion.MatchString(got[i])
		case strings.HasPrefix(part, "{"):
			ok = typeSegment.MatchString(got[i])
		}
		if !ok {
			return false
		}
	}
	return true
}
