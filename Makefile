# The targets: demo, pictures, test, bench, lint, mutants, soak, peers, spark, clean.
# Each sets up what it needs.

SHELL = bash
.SHELLFLAGS = -eu -o pipefail -c

GO ?= go
# Tests wait more than they work, and a loaded machine must not break them.
TEST = $(GO) test -timeout 60m
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
CLIENTS = hubspot/sim/clients
BROWSER = internal/web/browser
NODE_FOLDERS = $(CLIENTS)/node $(BROWSER) notebooks/node
DUCKDBS = 1.1.3 2.0.1
GO_FOLDERS = cmd crawl export graphmodel hubspot internal queries repair
PYTHON_PACKAGES = notebooks/requirements.txt $(CLIENTS)/python/requirements.txt

.PHONY: demo pictures test bench lint mutants soak peers spark clean tools

demo:
	$(GO) run ./cmd/hubgraph demo

# Takes the screenshots in docs again.
pictures: tools
	$(TEST) -tags browser -run '^TestPicturesInChromium$$' ./internal/web -update

# What the tests need beside Go, a C compiler, Python and Node: Graphviz, which one test
# holds the one inside against, Chromium with what drives it, Python packages in a virtual
# environment of their own, and HubSpot's client libraries.
tools: .venv/installed $(DUCKDBS:%=.venv/duckdb-%/installed) $(NODE_FOLDERS:%=%/node_modules/.package-lock.json)
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium >/dev/null)
	@command -v dot >/dev/null || (apt-get update -qq && apt-get install -y -qq graphviz >/dev/null)

# Makes the virtual environment of a target with the packages of the files that it needs.
define VENV
python3 -m venv $(@D) || (apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && python3 -m venv --clear $(@D))
$(@D)/bin/pip install --quiet --disable-pip-version-check $(addprefix -r ,$^)
touch $@
endef

.venv/installed: $(PYTHON_PACKAGES)
	$(VENV)

# Other versions of DuckDB's client, each in a folder of its own.
.venv/duckdb-%/installed: .venv/installed
	.venv/bin/pip install --quiet --disable-pip-version-check --upgrade --target $(@D) duckdb==$*
	touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	npm ci --silent --prefix $*
	touch $@

# The packages with goroutines of their own are tested with the race detector alone: it is the
# same tests, but for those that measure memory, or spoil one byte after the other in turn.
# Those whose tables are to be read run by themselves.
RACED = ./crawl ./graphmodel ./hubspot ./hubspot/sim ./repair
UNRACED = ^Test(LongFilesTakeNoMoreMemory|SpoiltJournal)$$
TABLES = ^Test(PlantedDefectsAreFound|PlantsAreFound|KilledCrawls|KilledRepairs|EachFileOperationFails)$$

test: tools lint
	$(TEST) -skip '$(TABLES)' $$($(GO) list ./... | grep -vxF "$$($(GO) list $(RACED))")
	$(TEST) -v -run '$(TABLES)' ./cmd/hubgraph ./export/duckdb | grep -v -e '=== ' -e '--- PASS: .*/'
	$(TEST) -race -skip '$(UNRACED)' $(RACED)
	$(TEST) -run '$(UNRACED)' ./crawl ./repair
	$(TEST) -tags browser -run 'InChromium$$' ./internal/web
	npm test --silent --prefix $(CLIENTS)/node
	.venv/bin/python -m pytest --quiet $(CLIENTS)/python notebooks docs/peers

lint:
	@test -z "$$(gofmt -l $(GO_FOLDERS))" || (gofmt -l $(GO_FOLDERS) && false)
	$(GO) vet -tags browser ./...
	$(GO) mod tidy -diff
	$(GO) run $(STATICCHECK) -tags browser ./...

# A table of what is measured, with goals and verdicts; ROWS chooses among them by a pattern.
# Takes long, as crawls keep to a portal's rate limit.
bench:
	$(GO) run ./internal/goals/table $(if $(ROWS),'$(ROWS)')

# Each of some bugs, planted in a copy, must turn its test red. Takes some minutes.
mutants:
	$(GO) run ./internal/mutants

# What make test does in part, in full. Takes hours.
soak:
	HUBGRAPH_KILLS=2000 $(GO) test -v -timeout 4h -run '^TestKilledCrawls$$' ./cmd/hubgraph
	HUBGRAPH_ERASE_KILLS=200 $(GO) test -v -timeout 4h -run '^TestKilledErasures$$' ./cmd/hubgraph
	HUBGRAPH_REPAIR_KILLS=5000 $(GO) test -v -timeout 4h -run '^TestKilledRepairs$$' ./cmd/hubgraph
	HUBGRAPH_IDENTITIES=5000 $(GO) test -v -timeout 4h -run '^TestPlanApplyUndoIsTheIdentity$$' ./repair
	HUBGRAPH_SOAK=1 $(GO) test -v -timeout 4h -run '^TestEachFileOperation' ./export/duckdb ./cmd/hubgraph

# Beside a peer on the same simulated portal, in three minutes; see docs/peers.
peers: .venv/installed
	.venv/bin/pip install --quiet --disable-pip-version-check -r docs/peers/requirements.txt
	.venv/bin/python docs/peers/compare.py

# The checks on Spark and on Sail, each with a Python environment of its own, held against
# DuckDB. Takes some minutes, and 1.3 GB.
spark: .venv-spark/installed .venv-sail/installed
	@command -v java >/dev/null || (apt-get update -qq && apt-get install -y -qq $(JAVA) >/dev/null)
	.venv-spark/bin/python -m pytest --quiet queries/spark

# The oldest that Spark 4 runs on, or what newer systems have in its place.
JAVA = $$(apt-cache show openjdk-17-jre-headless >/dev/null 2>&1 && echo openjdk-17-jre-headless || echo openjdk-21-jre-headless)

.venv-spark/installed: queries/spark/requirements.txt
	$(VENV)

.venv-sail/installed: queries/spark/requirements-sail.txt
	$(VENV)

clean:
	rm -rf .venv .venv-spark .venv-sail $(NODE_FOLDERS:%=%/node_modules) hubgraph hubgraph-demo
