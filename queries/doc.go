// Package queries holds the checks and runs them: canned SQL over a snapshot,
// and the life of what they find from audit to audit. It knows databases by
// database/sql only; the tables are those of package export.
//
// # Adding a check
//
// A check is two files and no Go. checks/NAME.sql holds the check: NAME, in
// snake_case, is its id for ever, and the name of its view in the DuckDB file.
// testdata/NAME.txtar is its fixture: a small portal that shows what it finds.
//
// The check starts with a header of comment lines. A long value goes on in
// lines with two blanks or more after the dashes:
//
//	-- title: Deal without owner                 what is wrong, a noun phrase
//	-- severity: medium                          critical, high, medium or low
//	-- description: Nobody works on such a       why it matters, a sentence or two
//	--   deal.
//	-- needs: objects deals                      evidence that it cannot do without, see [Need]
//	-- universe: SELECT count(*) FROM objects WHERE object_type = 'deals'
//	--                                           how many could have been found: one number
//	-- identity: subject_type, subject_id        columns that make a finding the same over the
//	--                                           nights, or the word ends, see [Ends]
//	-- gate: new                                 which findings make it fail, see [Gate]
//	-- repair: inverse                           only where hubgraph can repair it, see [RepairInverse]
//	-- tags: deals                               for selections
//	-- maturity: experimental                    stable or experimental
//
// Then comes one SELECT over the tables of the DuckDB file: the audited
// snapshot under the plain names, the baseline under baseline_NAME, settings
// for what users may set. It names its columns. What a finding is about goes
// into subject_type and subject_id, or into from_type, from_id, to_type, to_id,
// category and type_id, which name an association that exists. A column severity
// overrides the header's for a row. All other columns become the finding's
// evidence, in their order; amount there is money, by which a report sorts.
// There is no ORDER BY: the runner sorts.
//
// The same text has to run on Spark over the Parquet files, so it keeps to the
// SQL that Spark and DuckDB share: fence_test.go lists what is not in it, and says
// so when a check uses it. Time is the snapshot's own, never the clock's.
//
// The fixture is an archive of texts. Two of them a person writes:
//
//	-- portal --                                 a portal in the language of package hubspot/sim
//	# Found: nobody works on it.                 comments say what is found
//	deals 301
//	# Not found: it has an owner.                and what is not: all that looks almost like it,
//	deals 302 hubspot_owner_id=42                and at least one thing that the universe counts
//	-- night --                                  how the portal changes until it is crawled again,
//	archive deals 302                            where a comparison of two nights is what counts
//
// The others are what go test ./queries -run Fixtures -update makes of them, for
// a person to read:
//
//	-- want --
//	1 of 2                                       findings that are open, and the universe
//	medium    new       deals:301                each finding as in a report; resolved ones, too
//	-- also --
//	...                                          what other checks find here, at best nothing
//	-- repaired --
//	...                                          with a repair, the lines of the portal that it
//	                                             replaces (-), and those that it makes of them (+)
//
// The test crawls the portal in two versions of the API, which have to give the
// same tables, and runs all checks. It applies the repair, crawls and audits once
// more: the check must find nothing then, and the others nothing new.
package queries
