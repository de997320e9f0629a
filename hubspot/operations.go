package hubspot

import (
	"fmt"
	"regexp"
)

// DefaultAPIVersion is the newest version that hubgraph was tested with. The
// older path family, v4, is supported by HubSpot until 2027-03-30 (changelog
// "Deprecating support for HubSpot v4 APIs").
const DefaultAPIVersion = "2026-09"

// The most that one call takes (HubSpot's documentation of each endpoint).
const (
	MaxListPage     = 100    // records in a page of a list
	MaxSearchPage   = 200    // records in a page of a search
	MaxSearchSkip   = 10_000 // records that a search gives access to
	MaxBatchObjects = 100    // records in an objects batch read
	MaxBatchRead    = 1000   // inputs of an associations batch read (changelog of 2025-02-10)
	MaxBatchCreate  = 2000   // inputs of an associations batch create
	MaxBatchArchive = 2000   // pairs in a call that archives; the documentation names no other limit than that of creates
	MaxSinglePage   = 500    // associations in a page of those of one record
	MaxBatchV3      = 100    // inputs of an associations batch of v3 that writes (what clients report)
	MaxLimit        = 10_000 // records that a limit can be set to (changelog on association limits)
)

// operation is something that the client asks of the API.
type operation uint8

const (
	opAccount operation = iota
	opTokenInfo
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
	opCreateDefaults
	opListLinks
	opPutLink
	opDeleteLink
	opPutDefault
	opCreateLabel
	opUpdateLabel
	opDeleteLabel
	opAllLimits
	opLimits
	opCreateLimits
	opUpdateLimits
	opPurgeLimits
	opReadV3
	opListV3
	opTypesV3
	opCreateV3
	opArchiveV3
	opListV1
	opPutV1
	opPutBatchV1
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

var datedVersion = regexp.MustCompile(`^20[0-9]{2}-(03|09)$`)

// checkVersion takes v4 and the date-based versions, of March and September.
func checkVersion(version string) error {
	if version == "v4" || datedVersion.MatchString(version) {
		return nil
	}
	return fmt.Errorf("there is no API version %q: give v4, or a year with -03 or -09 such as %s", version, DefaultAPIVersion)
}
