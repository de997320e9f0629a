package export

import "time"

// The rows of a snapshot's tables; that of the snapshot itself is
// queries.SnapshotRow, and those of an audit lie in package queries, too.

// Object is a row of the table objects.
type Object struct {
	ObjectType     string            `parquet:"object_type,dict" comment:"HubSpot's plural name of a standard object type, p_NAME for a custom object"`
	ObjectID       int64             `parquet:"object_id,delta" comment:"Record id (hs_object_id), unique within the object type"`
	Name           *string           `parquet:"name,optional" comment:"What people call the record. Of people (contacts, leads, users), and of calls, notes and the like, it is null unless names were asked for"`
	CreatedAt      *time.Time        `parquet:"created_at,optional,timestamp(microsecond:local)" comment:"When the record was created, UTC; null where HubSpot does not say"`
	UpdatedAt      *time.Time        `parquet:"updated_at,optional,timestamp(microsecond:local)" comment:"When a property last changed, UTC; changes of associations do not move it"`
	Archived       *bool             `parquet:"archived,optional" comment:"The record is in the recycle bin; null where the record was not seen"`
	Seen           bool              `parquet:"seen" comment:"False for a record that is known only as an end of an association"`
	OwnerID        *int64            `parquet:"owner_id,optional" comment:"Owner (hubspot_owner_id), see owners"`
	PipelineID     *string           `parquet:"pipeline_id,optional,dict" comment:"Pipeline, see pipelines"`
	StageID        *string           `parquet:"stage_id,optional,dict" comment:"Stage of the pipeline, see pipelines"`
	IsClosed       *bool             `parquet:"is_closed,optional" comment:"The record's stage counts as closed, by the pipeline's own metadata; of a deal in no known stage, what HubSpot says of the deal itself; null where neither says"`
	IsWon          *bool             `parquet:"is_won,optional" comment:"The record's stage counts as closed and won, by the pipeline's own metadata; of a deal in no known stage, what HubSpot says of the deal itself; null where neither says"`
	Amount         *int64            `parquet:"amount,optional,decimal(4:18)" comment:"Amount in currency; null where HubSpot has none, or one that DECIMAL(18,4) cannot hold"`
	Currency       *string           `parquet:"currency,optional,dict" comment:"Currency of amount, ISO 4217: the record's own, else that of the portal; null where neither is known"`
	CloseDate      *time.Time        `parquet:"close_date,optional,timestamp(microsecond:local)" comment:"Close date, UTC"`
	Domain         *string           `parquet:"domain,optional" comment:"Web domain of a company, lower case"`
	EmailDomain    *string           `parquet:"email_domain,optional,dict" comment:"Part of the e-mail address after the @, lower case; the address itself is not kept"`
	LifecycleStage *string           `parquet:"lifecycle_stage,optional,dict" comment:"Lifecycle stage"`
	Degree         int32             `parquet:"degree" comment:"Distinct records that it is associated with, in either direction"`
	Component      int32             `parquet:"component" comment:"Connected part of the portal that the record lies in, numbered from 1 within the snapshot"`
	HierarchyDepth *int32            `parquet:"hierarchy_depth,optional" comment:"Steps up to the topmost parent company: 0 for the top; null outside of any hierarchy, and on a cycle or below one"`
	HierarchyCycle bool              `parquet:"hierarchy_cycle" comment:"The chain of parent companies leads back to the record"`
	CycleID        *int64            `parquet:"cycle_id,optional" comment:"Smallest id of the companies of its cycle of parents; null on none, and in snapshots of older versions"`
	URL            *string           `parquet:"url,optional" comment:"The record in HubSpot"`
	Properties     map[string]string `parquet:"properties" parquet-key:",dict" parquet-value:",dict" comment:"Further properties that were asked for, as HubSpot's text; a property without a value is not in it"`
}

// Association is a row of the table associations: one association type of one
// direction between two records.
type Association struct {
	FromType   string  `parquet:"from_type,dict" comment:"Object type of the record that lists the association"`
	FromID     int64   `parquet:"from_id,delta" comment:"Record that lists the association"`
	ToType     string  `parquet:"to_type,dict" comment:"Object type of the other record"`
	ToID       int64   `parquet:"to_id,delta" comment:"The other record"`
	Category   string  `parquet:"category,dict" comment:"Who defined the association type: HUBSPOT_DEFINED, USER_DEFINED, INTEGRATOR_DEFINED or WORK"`
	TypeID     int32   `parquet:"type_id,dict" comment:"Association type; unique together with category and the ordered pair of object types"`
	Label      *string `parquet:"label,optional,dict" comment:"Label as HubSpot sent it with the association; null for the plain association"`
	HasInverse *bool   `parquet:"has_inverse,optional" comment:"The row with the inverse association type was read from the other record, under whichever of their ids after merges; null where the inverse type is not known, or what the other record lists was not read"`
	HasReverse *bool   `parquet:"has_reverse,optional" comment:"The other record lists this one, too, under whatever association type and whichever of their ids after merges; null where what it lists was not read: it is out of scope, a gap, or no live record"`
	Live       *bool   `parquet:"live,optional" comment:"Both records were seen under these ids and are not archived: false under an id that was merged away"`
}

// AssociationType is a row of the table association_types.
type AssociationType struct {
	FromType        string   `parquet:"from_type,dict" comment:"Object type that the association starts from"`
	ToType          string   `parquet:"to_type,dict" comment:"Object type that it leads to"`
	Category        string   `parquet:"category,dict" comment:"Who defined it: HUBSPOT_DEFINED, USER_DEFINED, INTEGRATOR_DEFINED or WORK"`
	TypeID          int32    `parquet:"type_id" comment:"Id, unique together with category and the ordered pair of object types"`
	Name            *string  `parquet:"name,optional" comment:"Internal name in the schema of the object type; null where no schema lists it"`
	Label           *string  `parquet:"label,optional" comment:"Label that people read; null for the plain association"`
	LabelKey        *string  `parquet:"label_key,optional" comment:"Label in lower case, folded to ASCII, without spaces and punctuation: labels that differ only in looks have the same key"`
	InverseCategory *string  `parquet:"inverse_category,optional,dict" comment:"Category of the inverse association type; null where the inverse is not known"`
	InverseTypeID   *int32   `parquet:"inverse_type_id,optional" comment:"Id of the inverse association type, on the pair turned around; null where the inverse is not known"`
	InverseSource   *string  `parquet:"inverse_source,optional,dict" comment:"How the inverse is known: documented by HubSpot, same_text on the reverse pair, learned from the links, config by the user"`
	InverseSupport  *int64   `parquet:"inverse_support,optional" comment:"Links that a learned inverse rests on"`
	InverseOverlap  *float64 `parquet:"inverse_overlap,optional" comment:"Share of the links that carry both types, of a learned inverse: Jaccard overlap, 0 to 1"`
	IsDefault       bool     `parquet:"is_default" comment:"The plain association of the pair"`
	IsPrimary       bool     `parquet:"is_primary" comment:"Marks the primary record, such as a contact's primary company"`
	MaxTo           *int64   `parquet:"max_to,optional" comment:"Most associations of this type that one record may have; null where no limit is known"`
}

// AssociationStat is a row of the table association_stats. In the DuckDB file a
// column snapshot_id stands before these, and the rows of all nights together; in
// the lake the folder says which snapshot it is, so that equal content gives
// equal files.
type AssociationStat struct {
	FromType    string `parquet:"from_type,dict" comment:"Object type that the association starts from"`
	ToType      string `parquet:"to_type,dict" comment:"Object type that it leads to"`
	Category    string `parquet:"category,dict" comment:"Category of the association type"`
	TypeID      int32  `parquet:"type_id" comment:"Id of the association type"`
	Edges       int64  `parquet:"edges" comment:"Rows of associations of this type"`
	FromRecords int64  `parquet:"from_records" comment:"Distinct records that they start from"`
}

// Coverage is a row of the table coverage: how completely one cell was read.
type Coverage struct {
	Kind       string     `parquet:"kind,dict" comment:"objects of a type, associations of an ordered pair, types (definitions) of such a pair, or owners, where they were asked for"`
	FromType   string     `parquet:"from_type,dict" comment:"Object type, or the one that the pair starts from; owners"`
	ToType     *string    `parquet:"to_type,optional,dict" comment:"Object type that the pair leads to; null for objects"`
	Requested  int64      `parquet:"requested" comment:"Ids or pages asked for"`
	Received   int64      `parquet:"received" comment:"Records, answered ids or definitions that came"`
	Empty      int64      `parquet:"empty" comment:"Ids that were answered with: has none"`
	Failed     int64      `parquet:"failed" comment:"Ids whose answer was an error"`
	Unread     int64      `parquet:"unread" comment:"Ids that were asked for and never answered in full"`
	Unreadable *int64     `parquet:"unreadable,optional" comment:"Values of records that are not what their property should hold: they are kept as text, among properties"`
	Expected   *int64     `parquet:"expected,optional" comment:"Records by another source than the lists, a search after them; null where none says"`
	Complete   bool       `parquet:"complete" comment:"Everything that was asked was answered"`
	Readable   *bool      `parquet:"readable,optional" comment:"Complete, or read but for at most a thousandth of what was asked, and at least one, each named in gaps"`
	Verified   *bool      `parquet:"verified,optional" comment:"The records were held against those that search knows; null for associations and types"`
	Verdict    string     `parquet:"verdict,dict" comment:"complete; incomplete; unverifiable: read in full, and nothing to hold it against; out_of_scope: not to be read, so nothing is known of it"`
	Reason     *string    `parquet:"reason,optional" comment:"Why the verdict is not complete"`
	StartedAt  *time.Time `parquet:"started_at,optional,timestamp(microsecond:local)" comment:"First request of the cell, UTC"`
	FinishedAt *time.Time `parquet:"finished_at,optional,timestamp(microsecond:local)" comment:"Last answer of the cell, UTC"`
}

// Gap is a row of the table gaps: a record that was not read, or a whole cell.
type Gap struct {
	Kind     string  `parquet:"kind,dict" comment:"objects: the record itself; associations: what it lists of another type; types: the definitions of a pair; owners: the names of owners"`
	FromType string  `parquet:"from_type,dict" comment:"Object type of the record"`
	FromID   *int64  `parquet:"from_id,optional" comment:"The record; null where the cell as a whole was not read"`
	ToType   *string `parquet:"to_type,optional,dict" comment:"Object type that the pair leads to; null for objects"`
	Reason   string  `parquet:"reason" comment:"Why it was not read"`
}

// Alias is a row of the table id_alias.
type Alias struct {
	ObjectType string `parquet:"object_type,dict" comment:"Object type"`
	OldID      int64  `parquet:"old_id" comment:"Id that was merged away"`
	CurrentID  int64  `parquet:"current_id" comment:"Record that it was merged into, at the end of all merges"`
}

// Stage is a row of the table pipelines.
type Stage struct {
	ObjectType   string `parquet:"object_type,dict" comment:"Object type"`
	PipelineID   string `parquet:"pipeline_id,dict" comment:"Id of the pipeline"`
	PipelineName string `parquet:"pipeline_name,dict" comment:"Name of the pipeline"`
	StageID      string `parquet:"stage_id" comment:"Id of the stage, unique within the pipeline"`
	StageName    string `parquet:"stage_name" comment:"Name of the stage"`
	Position     int32  `parquet:"position" comment:"Place of the stage in the pipeline"`
	IsClosed     *bool  `parquet:"is_closed,optional" comment:"Records in this stage are closed; null where the pipeline does not say"`
	IsWon        *bool  `parquet:"is_won,optional" comment:"Records in this stage are closed and won; null where the pipeline does not say"`
}

// Owner is a row of the table owners. Addresses are not kept.
type Owner struct {
	OwnerID  int64   `parquet:"owner_id,delta" comment:"Owner, as owner_id of objects"`
	Name     *string `parquet:"name,optional" comment:"First and last name; null where HubSpot has neither"`
	Archived bool    `parquet:"archived" comment:"The user was removed from the account"`
}

// ObjectType is a row of the table object_types.
type ObjectType struct {
	ObjectType string  `parquet:"object_type" comment:"Name, as in all tables: HubSpot's plural name, or p_NAME for a custom object"`
	TypeID     string  `parquet:"type_id" comment:"HubSpot's object type id: 0-N, or 2-N for a custom object"`
	Singular   string  `parquet:"singular" comment:"Name in the singular, as in the names of the views of pairs"`
	Label      *string `parquet:"label,optional" comment:"What people in the portal call it"`
	Custom     bool    `parquet:"custom" comment:"Custom object"`
}

// The keys of rows, which are unique in their tables. Objects are compared where they
// are filled.

func (r *Association) key() any {
	return [6]any{r.FromType, r.FromID, r.ToType, r.ToID, r.Category, r.TypeID}
}

// sameKey compares first what mostly differs between rows that follow each other.
func (r *Association) sameKey(o *Association) bool {
	return r.ToID == o.ToID && r.TypeID == o.TypeID && r.FromID == o.FromID &&
		r.Category == o.Category && r.ToType == o.ToType && r.FromType == o.FromType
}

func (r AssociationType) key() any {
	return [4]any{r.FromType, r.ToType, r.Category, r.TypeID}
}

func (r AssociationStat) key() any {
	return [4]any{r.FromType, r.ToType, r.Category, r.TypeID}
}

func (r Coverage) key() any { return [3]any{r.Kind, r.FromType, value(r.ToType)} }

func (r Gap) key() any { return [4]any{r.Kind, r.FromType, value(r.FromID), value(r.ToType)} }

func (r Alias) key() any { return [2]any{r.ObjectType, r.OldID} }

func (r Stage) key() any { return [3]any{r.ObjectType, r.PipelineID, r.StageID} }

func (r ObjectType) key() any { return r.ObjectType }
