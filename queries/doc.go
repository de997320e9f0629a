// Package queries holds the checks and runs them: canned SQL over a snapshot,
// and the life of what they find from audit to audit. It knows databases by
// database/sql only; the tables are those of package export.
//
// # Models
//
// models/NAME.sql is a word that checks are written in: a view of the DuckDB file over
// the tables, and over other models. Leading comment lines say what it is, and then, in
// lines `column NAME: text`, what its columns are. Models leave out what was not read,
// so that a check has to think of neither gaps nor merges nor archived records. Those
// that most checks need:
//
//	live            records that are there, with settled: older than the grace time
//	neighbors       who is associated with whom, from both ends, for SEMI and ANTI JOIN
//	link_types      a row for each ordered pair of live records and association type:
//	                listed, listed_back, pair_listed_back, the inverse, is_primary
//	links           a row for each ordered pair: types, labels, is_primary
//	open_deals      deals that can be judged by whom they are associated with; settled_deals
//	definitions     association types of both nights, and what became of them
//	link_changes    types that a pair has in one of the two nights only; links_gone,
//	                links_new and links_changed are made of it
//
// What three checks would repeat becomes a model.
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
//	-- kind: state                               state: true of one night; event: a difference of two
//	-- description: Nobody works on such a       why it matters, a sentence or two
//	--   deal.
//	-- advice: Give it an owner.                 what to do, a sentence or two; a command in backticks
//	-- needs: objects deals                      evidence that it cannot do without, see [Need]
//	-- universe: SELECT count(*) AS n FROM settled_deals
//	--                                           how many could have been found: one number; with a *
//	--                                           among the needs one for each cell, in the last column
//	--                                           behind subject_type, or from_type and to_type
//	-- identity: subject_type, subject_id        columns that make a finding the same over the
//	--                                           nights, or the word ends, see [Ends]
//	-- gate: new                                 which findings make it fail, see [Gate]
//	-- settings: grace_hours int 24              settings that it or its models read, see [CheckSetting]
//	-- properties: deals hs_priority             properties that a crawl has to ask for because of it,
//	--                                           beside those that are columns of objects
//	-- repair: inverse                           only where hubgraph can repair it: inverse, default, primary,
//	                                             restore or rule NAME, see [RepairInverse]
//	-- tags: deals                               for selections
//	-- column missing: Types to add              what a column means that neither findings nor a model
//	                                             explains, a line for each, see [Check.ColumnComment]
//	-- maturity: experimental                    stable or experimental
//
// Then comes one short SELECT over models and tables: the audited snapshot under the
// plain names, the baseline under baseline_NAME, settings for what users may set. It
// names its columns. What a finding is about goes into subject_type, subject_id and
// subject_name, or into from_type, from_id, to_type, to_id, category and type_id, which
// name an association that exists. A column severity overrides the header's for a row;
// amount and currency, always both, are money, by which a report sorts; url is the record
// to open. All other columns become the finding's evidence, in their order: from_name
// and to_name, and what shows that it is so. A check does not find what another finds.
// There is no ORDER BY: the runner sorts.
//
// The same text has to run on Spark over the Parquet files, so it keeps to the
// SQL that Spark and DuckDB share: fence_test.go lists what is not in it, and says
// so when a check uses it. Time is the snapshot's own, never the clock's.
//
// The fixture is an archive of texts. These a person writes, the portal always:
//
//	-- portal --                                 a portal in the language of package hubspot/sim
//	# Found: nobody works on it.                 comments say what is found
//	deals 301
//	# Not found: it has an owner.                and what is not: all that looks almost like it,
//	deals 302 hubspot_owner_id=42                and at least one thing that the universe counts
//	-- night --                                  how the portal changes until it is crawled again,
//	archive deals 302                            where a comparison of two nights is what counts
//	-- settings --                               settings that are other than the defaults, as in hubgraph.yaml
//	-- types --                                  object types to crawl, where the usual ones do not do
//	-- faults --                                 what goes wrong in the last night, as a file of faults says it
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
//	-- altered --
//	...                                          ways to alter the tables of the last night, each with how many of
//	                                             the check's rows go and come: a person may write some, too
//
// The test crawls the portal in two versions of the API, which have to give the
// same tables, and runs all checks. It plays the nights once more with a part refused that the
// first finding rests on: the check must leave that out, and say so. It applies the repair, crawls and audits once
// more: the check must find nothing then, and the others nothing new.
//
// It also makes mutants of the check's query, each with a predicate dropped or a join turned, and
// asks them. Each must return other rows than the check, or differ in one of the ways of
// altered: near misses that are cheaper to write as rows than as a portal. alter_test.go describes
// their language. What remains stands in testdata/unnoticed.txt, with the reason.
package queries
