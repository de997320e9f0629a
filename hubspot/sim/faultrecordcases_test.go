package sim_test

import "strings"

// recordFaultNames are the faults that are shown by what they do to one record.
func recordFaultNames() []string {
	var names []string
	for _, c := range recordCases {
		name, _, _ := strings.Cut(c.fault, " ")
		names = append(names, name)
	}
	return names
}

// recordCases show what faults make of what is said of contact 1: the status, the
// number of errors or of results, the results and, behind a !, the error items.
var recordCases = []struct {
	fault, request, want string
}{
	{"poison 1", "links", `500 `},
	{"poison 1 status 413", "links", `413 `},
	{"poison 1 html", "links", `200 `},
	{"poison 1", "read", `500 `},
	{"poison 1", "list", `500 `},
	{"poison contacts:1,7 502", "search", `502 `},
	{"silent 1", "links", `207 1`},
	{"silent 1", "read", `207 1`},
	{"silent 1", "one", `200 `},
	{"trimmed-over 1", "links", `207 2`},
	{"trimmed-over 1", "read", `207 2`},
	{"item 1", "links", `207 2 !{category:"INTERNAL_ERROR",context:{"id":["1"]},"message":"Unable to read associations",error}`},
	{"item 1 LOCKED", "read", `207 2 !{category:"LOCKED",context:{"id":["1"]},"message":"Unable to read associations",error}`},
	{"item-too 1", "links", `207 2 !{category:"OBJECT_NOT_FOUND",context:{"fromObjectId":["1"],"fromObjectType":["0-1"],"toObjectType":["0-2"]},"message":"No company is associated with contact 1.",error,"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND"} {"from":{"id":"1"},more,"to":[{types:[279],to:11},{types:[279],to:12}]}`},
	{"item-too 1 LOCKED", "links", `207 2 !{category:"LOCKED",context:{"id":["1"]},"message":"Unable to read associations",error} {"from":{"id":"1"},more,"to":[{types:[279],to:11},{types:[279],to:12}]}`},
	{"item-too 1", "read", `207 2 !{category:"OBJECT_NOT_FOUND",context:{"ids":["1"]},"message":"Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",error} {"archived":false,created,"id":"1",properties:{"email":"ada@example.com"},updated}`},
	{"item-nameless 1", "links", `207 2 !{category:"INTERNAL_ERROR","message":"Unable to read associations",error}`},
	{"item-other 1", "links", `207 2 !{category:"OBJECT_NOT_FOUND",context:{"fromObjectId":["987654321987"],"fromObjectType":["0-1"],"toObjectType":["0-2"]},"message":"No company is associated with contact 987654321987.",error,"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND"}`},
	{"item-other 1", "read", `207 2 !{category:"OBJECT_NOT_FOUND",context:{"ids":["987654321987"]},"message":"Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",error}`},
	{"later-none 1", "later", `207 1 !{category:"OBJECT_NOT_FOUND",context:{"fromObjectId":["1"],"fromObjectType":["0-1"],"toObjectType":["0-2"]},"message":"No company is associated with contact 1.",error,"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND"}`},
	{"stranger 1", "links", `207 1 {"from":{"id":"1"},more,"to":[{types:[279],to:11},{types:[279],to:12}]} {"from":{"id":"987654321987"},more,"to":[{types:[279],to:11},{types:[279],to:12}]}`},
	{"stranger 1", "read", `207 1 {"archived":false,created,"id":"1",properties:{"email":"ada@example.com"},updated} {"archived":false,created,"id":"987654321987",properties:{"email":"ada@example.com"},updated}`},
	{"too-many 1", "links", `207 1 {"from":{"id":"1"},more,"to":[{types:[279],to:11},{types:[279],to:12}]} {"from":{"id":"1"},more,"to":[{types:[279],to:11},{types:[279],to:12}]}`},
	{"split 1", "links", `207 1 {"from":{"id":"1"},more,"to":[{types:[279],to:11}]} {"from":{"id":"1"},"to":[{types:[279],to:12}]}`},
	{"next-bare 1", "links", `207 1 {"from":{"id":"1"},"paging":{"next":{"link":"https://api.hubapi.com/crm/v3/objects/0-1/1/associations/0-2?after=MC0yLTEy"}},"to":[{types:[279],to:11},{types:[279],to:12}]}`},
	{"next-bare 1", "list", `200  {"archived":false,created,"id":"1",properties:{"email":"ada@example.com"},updated}`},
	{"to-missing 1", "links", `207 1 {"from":{"id":"1"},more}`},
	{"to-null 1", "links", `207 1 {"from":{"id":"1"},more,"to":null}`},
	{"to-empty 1", "links", `207 1 {"from":{"id":"1"},more,"to":[]}`},
	{"list-lacks 1", "list", `200 `},
	{"time-empty 1", "list", `200  {"archived":false,"createdAt":"","id":"1",properties:{"email":"ada@example.com"},updated}`},
	{"time-null 1", "search", `200 3 {"archived":false,"createdAt":null,"id":"1",properties:{"email":"ada@example.com"},updated}`},
	{"time-missing 1", "read", `207 1 {"archived":false,"id":"1",properties:{"email":"ada@example.com"},updated}`},
	{"time-odd 1 updatedAt", "read", `207 1 {"archived":false,created,"id":"1",properties:{"email":"ada@example.com"},"updatedAt":"yesterday"}`},
	{"value-number 1", "list", `200  {"archived":false,created,"id":"1",properties:{"email":5},updated}`},
	{"value-boolean 1 email", "search", `200 3 {"archived":false,created,"id":"1",properties:{"email":true},updated}`},
	{"value-object 1", "read", `207 1 {"archived":false,created,"id":"1",properties:{"email":{"value":"ada@example.com"}},updated}`},
	{"value-array 1", "list", `200  {"archived":false,created,"id":"1",properties:{"email":["ada@example.com"]},updated}`},
	{"properties-null 1", "read", `207 1 {"archived":false,created,"id":"1",properties:null,updated}`},
	{"id-missing 1", "list", `200  {"archived":false,created,properties:{"email":"ada@example.com"},updated}`},
	{"archived-text 1", "list", `200  {"archived":"false",created,"id":"1",properties:{"email":"ada@example.com"},updated}`},
	{"row-null 1", "list", `200  null`},
	{"type-no-category 1", "links", `207 1 {"from":{"id":"1"},more,"to":[{types:[279],to:12},{types:[{"label":null,"typeId":279}],to:11}]}`},
	{"type-no-id 1 12", "links", `207 1 {"from":{"id":"1"},more,"to":[{types:[279],to:11},{types:[{category:"HUBSPOT_DEFINED","label":null}],to:12}]}`},
	{"type-strange 1", "links", `207 1 {"from":{"id":"1"},more,"to":[{types:[279],to:12},{types:[{category:"UNHEARD_OF","label":null,"typeId":279}],to:11}]}`},
	{"type-label-number 1", "links", `207 1 {"from":{"id":"1"},more,"to":[{types:[{category:"HUBSPOT_DEFINED","label":5,"typeId":279}],to:11},{types:[279],to:12}]}`},
	{"types-empty 1", "links", `207 1 {"from":{"id":"1"},more,"to":[{types:[],to:11},{types:[279],to:12}]}`},
	{"types-missing 1", "links", `207 1 {"from":{"id":"1"},more,"to":[{types:[279],to:12},{to:11}]}`},
	{"target-missing 1", "links", `207 1 {"from":{"id":"1"},more,"to":[{types:[279],to:12},{types:[279]}]}`},
}
