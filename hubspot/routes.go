package hubspot

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// route is where an operation lives in the two path families. In the dated one
// {v} stands for the version. What v1 and v3 alone have has no dated path: it is
// sent alike in every version.
type route struct {
	method        string
	legacy, dated string
	effect        effect
}

// routes are all that the client can send: the transport refuses the rest.
var routes = [...]route{
	opAccount:        {http.MethodGet, "/account-info/v3/details", "/account-info/{v}/details", reads},
	opTokenInfo:      {http.MethodPost, "/oauth/v2/private-apps/get/access-token-info", "", reads},
	opSchemas:        {http.MethodGet, "/crm-object-schemas/v3/schemas", "/crm-object-schemas/{v}/schemas", reads},
	opSchema:         {http.MethodGet, "/crm-object-schemas/v3/schemas/{type}", "/crm-object-schemas/{v}/schemas/{type}", reads},
	opProperties:     {http.MethodGet, "/crm/v3/properties/{type}", "/crm/properties/{v}/{type}", reads},
	opPipelines:      {http.MethodGet, "/crm/v3/pipelines/{type}", "/crm/pipelines/{v}/{type}", reads},
	opOwners:         {http.MethodGet, "/crm/v3/owners", "/crm/owners/{v}", reads},
	opListObjects:    {http.MethodGet, "/crm/v3/objects/{type}", "/crm/objects/{v}/{type}", reads},
	opReadObjects:    {http.MethodPost, "/crm/v3/objects/{type}/batch/read", "/crm/objects/{v}/{type}/batch/read", reads},
	opSearchObjects:  {http.MethodPost, "/crm/v3/objects/{type}/search", "/crm/objects/{v}/{type}/search", reads},
	opRecordCounts:   {http.MethodGet, "/crm/v3/limits/records", "/crm/limits/{v}/records", reads},
	opLabels:         {http.MethodGet, "/crm/v4/associations/{from}/{to}/labels", "/crm/associations/{v}/{from}/{to}/labels", reads},
	opReadLinks:      {http.MethodPost, "/crm/v4/associations/{from}/{to}/batch/read", "/crm/associations/{v}/{from}/{to}/batch/read", reads},
	opCreateLinks:    {http.MethodPost, "/crm/v4/associations/{from}/{to}/batch/create", "/crm/associations/{v}/{from}/{to}/batch/create", creates},
	opArchiveLinks:   {http.MethodPost, "/crm/v4/associations/{from}/{to}/batch/archive", "/crm/associations/{v}/{from}/{to}/batch/archive", removes},
	opArchiveLabels:  {http.MethodPost, "/crm/v4/associations/{from}/{to}/batch/labels/archive", "/crm/associations/{v}/{from}/{to}/batch/labels/archive", removes},
	opCreateDefaults: {http.MethodPost, "/crm/v4/associations/{from}/{to}/batch/associate/default", "/crm/associations/{v}/{from}/{to}/batch/associate/default", creates},
	opListLinks:      {http.MethodGet, "/crm/v4/objects/{from}/{id}/associations/{to}", "/crm/objects/{v}/{from}/{id}/associations/{to}", reads},
	opPutLink:        {http.MethodPut, "/crm/v4/objects/{from}/{id}/associations/{to}/{toId}", "/crm/objects/{v}/{from}/{id}/associations/{to}/{toId}", creates},
	opDeleteLink:     {http.MethodDelete, "/crm/v4/objects/{from}/{id}/associations/{to}/{toId}", "/crm/objects/{v}/{from}/{id}/associations/{to}/{toId}", removes},
	opPutDefault:     {http.MethodPut, "/crm/v4/objects/{from}/{id}/associations/default/{to}/{toId}", "/crm/objects/{v}/{from}/{id}/associations/default/{to}/{toId}", creates},
	opCreateLabel:    {http.MethodPost, "/crm/v4/associations/{from}/{to}/labels", "/crm/associations/{v}/{from}/{to}/labels", defines},
	opUpdateLabel:    {http.MethodPut, "/crm/v4/associations/{from}/{to}/labels", "/crm/associations/{v}/{from}/{to}/labels", defines},
	opDeleteLabel:    {http.MethodDelete, "/crm/v4/associations/{from}/{to}/labels/{typeId}", "/crm/associations/{v}/{from}/{to}/labels/{typeId}", defines},
	opAllLimits:      {http.MethodGet, "/crm/v4/associations/definitions/configurations/all", "/crm/associations/{v}/definitions/configurations/all", reads},
	opLimits:         {http.MethodGet, "/crm/v4/associations/definitions/configurations/{from}/{to}", "/crm/associations/{v}/definitions/configurations/{from}/{to}", reads},
	opCreateLimits:   {http.MethodPost, "/crm/v4/associations/definitions/configurations/{from}/{to}/batch/create", "/crm/associations/{v}/definitions/configurations/{from}/{to}/batch/create", defines},
	opUpdateLimits:   {http.MethodPost, "/crm/v4/associations/definitions/configurations/{from}/{to}/batch/update", "/crm/associations/{v}/definitions/configurations/{from}/{to}/batch/update", defines},
	opPurgeLimits:    {http.MethodPost, "/crm/v4/associations/definitions/configurations/{from}/{to}/batch/purge", "/crm/associations/{v}/definitions/configurations/{from}/{to}/batch/purge", defines},
	opReadV3:         {http.MethodPost, "/crm/v3/associations/{from}/{to}/batch/read", "", reads},
	opListV3:         {http.MethodGet, "/crm/v3/objects/{from}/{id}/associations/{to}", "", reads},
	opTypesV3:        {http.MethodGet, "/crm/v3/associations/{from}/{to}/types", "", reads},
	opCreateV3:       {http.MethodPost, "/crm/v3/associations/{from}/{to}/batch/create", "", creates},
	opArchiveV3:      {http.MethodPost, "/crm/v3/associations/{from}/{to}/batch/archive", "", removes},
	opListV1:         {http.MethodGet, "/crm-associations/v1/associations/{id}/HUBSPOT_DEFINED/{typeId}", "", reads},
	opPutV1:          {http.MethodPut, "/crm-associations/v1/associations", "", creates},
	opPutBatchV1:     {http.MethodPut, "/crm-associations/v1/associations/create-batch", "", creates},
}

// What may stand in the places of a path: a number for a record and for an
// association type, and an object type for all else.
var (
	typeSegment   = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	numberSegment = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)
)

// fits reports whether a text may stand in a place of a path.
func fits(place, text string) bool {
	switch {
	case place == "{v}":
		return datedVersion.MatchString(text)
	case takesNumber(place):
		return numberSegment.MatchString(text)
	}
	return typeSegment.MatchString(text)
}

func takesNumber(place string) bool {
	return place == "{id}" || place == "{toId}" || place == "{typeId}"
}

// wanted says what a place takes.
func wanted(place string) string {
	if takesNumber(place) {
		return "id: give a whole number above 0"
	}
	return "object type: give its id, such as 0-1 or 2-123"
}

// path is the route's path in a version, with texts put into its places, in
// order.
func (r route) path(version string, texts ...string) (string, error) {
	template := r.legacy
	if version != "v4" && r.dated != "" {
		template = strings.Replace(r.dated, "{v}", version, 1)
	}
	parts := strings.Split(template, "/")
	for i, part := range parts {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		text := ""
		if len(texts) > 0 {
			text, texts = texts[0], texts[1:]
		}
		if !fits(part, text) {
			return "", fmt.Errorf("%q is no %s", text, wanted(part))
		}
		parts[i] = text
	}
	return strings.Join(parts, "/"), nil
}

// matches reports whether a request is for this route, in either family.
func (r route) matches(method, path string) bool {
	return method == r.method && (matchTemplate(r.legacy, path) || r.dated != "" && matchTemplate(r.dated, path))
}

func matchTemplate(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i, part := range want {
		ok := part == got[i]
		if strings.HasPrefix(part, "{") {
			ok = fits(part, got[i])
		}
		if !ok {
			return false
		}
	}
	return true
}
