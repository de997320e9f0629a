// # Documents that are not HubSpot's
//
// Three texts about the associations API circulate that HubSpot does not stand
// behind any more, or never did: an OpenAPI document ("HubSpot CRM Associations
// API", version 4.0.0), a guide in Python, and HubSpot's own page on v1 of 2020.
// Every operation of theirs is answered. Where they are wrong, the answer is
// HubSpot's, and not theirs:
//
//	OPERATION                             THE DOCUMENT SAYS                            WHAT IS DONE
//	GET  …/objects/F/ID/associations/T    pages of 100; results {from, to} with        pages of 500, 500 at most; results {toObjectId,
//	     listObjectAssociations           associationCategory, associationTypeId       associationTypes} with category, typeId, label
//	PUT  …/objects/F/ID/associations/T    a body {to, types}; 200                      405: the path goes on with the other record's id, the
//	     createObjectAssociation                                                       body is an array of types, the status 201
//	DEL  …/associations/T/ID              removes all types; 204                       the same
//	     deleteObjectAssociation
//	POST …/batch/read                     200; ids are text; two fields with other     200, or 207 with an item for each record without
//	     batchReadAssociations            names                                        associations; toObjectId is a number
//	POST …/batch/create                   200; results like those of a read            201 or 207; results {fromObjectTypeId, fromObjectId,
//	     batchCreateAssociations                                                       toObjectTypeId, toObjectId, labels}
//	POST …/batch/archive                  to is one record, and types can be given     to is an array; all types go
//	     batchArchiveAssociations
//	GET  …/labels                         paging                                       no paging; the category can be WORK
//	     listAssociationLabels
//	POST …/labels                         200 with one label                           200 with two: the types of both directions
//	     createAssociationLabel
//	PUT  …/labels/ID                      204                                          405: the id is a field of the body of PUT …/labels
//	     updateAssociationLabel
//	DEL  …/labels/ID                      204; associations are not affected           204; the records lose the label in both directions,
//	     deleteAssociationLabel                                                        and keep the plain association
//	GET  /crm/v4/associations/definitions every type of the account                    404: there is no such path; the schemas and the labels
//	     listAssociationDefinitions                                                    of a pair list the types
//	(all)                                 a key in the header private-app              401: the token stands in Authorization: Bearer
//
//	PUT  …/associations/T/ID   (guide)    200; type 1 is "contact to company"          201; type 1 is the primary company, 279 the plain type
//	GET  …/labels              (guide)    results with typeId                          the same
//	PUT  /crm-associations/v1/            a key in the query, hapikey; 204             401 without a token in the header; 204
//	     associations          (page)
package sim
