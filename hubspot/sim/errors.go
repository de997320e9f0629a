package sim

import (
	"fmt"
	"net/http"
	"strings"
)

// Categories and subcategories of errors, as HubSpot writes them.
const (
	validationError = "VALIDATION_ERROR"
	objectNotFound  = "OBJECT_NOT_FOUND"

	noAssociationsFound = "crm.associations.NO_ASSOCIATIONS_FOUND"
	invalidIdentifier   = "crm.associations.INVALID_IDENTIFIER"
	fromNotFound        = "crm.associations.FROM_OBJECT_NOT_FOUND"
	toNotFound          = "crm.associations.TO_OBJECT_NOT_FOUND"
	invalidType         = "crm.associations.INVALID_ASSOCIATION_TYPE"
)

// problem is HubSpot's error document, and an item of a batch's errors.
type problem struct {
	status        int
	Status        string              `json:"status"`
	Message       string              `json:"message"`
	CorrelationID string              `json:"correlationId,omitempty"`
	Category      string              `json:"category,omitempty"`
	SubCategory   string              `json:"subCategory,omitempty"`
	Context       map[string][]string `json:"context,omitempty"`
	Errors        []problemDetail     `json:"errors,omitempty"`
	ErrorType     string              `json:"errorType,omitempty"`
	PolicyName    string              `json:"policyName,omitempty"`
	GroupName     string              `json:"groupName,omitempty"`
}

type problemDetail struct {
	Message string              `json:"message"`
	Code    string              `json:"code,omitempty"`
	In      string              `json:"in,omitempty"`
	Context map[string][]string `json:"context,omitempty"`
}

// Error makes a problem an error.
func (p *problem) Error() string { return p.Message }

// bad is a whole request that is refused with 400.
func bad(format string, args ...any) *problem {
	return &problem{status: http.StatusBadRequest, Status: "error", Category: validationError, Message: fmt.Sprintf(format, args...)}
}

// missing is a thing that is not there: 404.
func missing(format string, args ...any) *problem {
	return &problem{status: http.StatusNotFound, Status: "error", Category: objectNotFound, Message: fmt.Sprintf(format, args...)}
}

// sub gives a problem a subcategory.
func (p *problem) sub(category string) *problem {
	p.SubCategory = category
	return p
}

// with adds to the context of a problem.
func (p *problem) with(key string, values ...string) *problem {
	if p.Context == nil {
		p.Context = map[string][]string{}
	}
	p.Context[key] = append(p.Context[key], values...)
	return p
}

// item is an error of one input, in HubSpot's order of keys.
func item(category, sub, format string, args ...any) *problem {
	return &problem{Status: "error", Category: category, SubCategory: sub, Message: fmt.Sprintf(format, args...)}
}

// notNumeric is said of an id that is no number.
func notNumeric(id string) *problem {
	return item(validationError, invalidIdentifier, "Invalid object ID %q: object IDs are numbers", id).with("id", id)
}

// noAssociations is said of a record without associations.
func noAssociations(from, to *objectType, id int64) *problem {
	return item(objectNotFound, noAssociationsFound, "No %s is associated with %s %d.", to.Singular, from.Singular, id).
		with("fromObjectId", fmt.Sprint(id)).with("fromObjectType", from.ID).with("toObjectType", to.ID)
}

// unknownType is said of a name that is no object type.
func unknownType(name string) *problem {
	return bad("Unable to infer object type from: %s", name)
}

// upper is the name of an object type as error texts shout it.
func (t *objectType) upper() string { return strings.ToUpper(t.Singular) }
