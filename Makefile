# What there is to make: demo, test, bench, lint, mutants, soak, peers, clean. Each
# sets up what it needs.

SHELL = bash
.SHELLFLAGS = -eu -o pipefail -c

GO ?= go
# Tests wait more than they work, and a loaded machine must not break them.
TEST = $(GO) test -timeout 60m
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
CLIENTS = hubspot/sim/clients
GO_FOLDERS = cmd crawl export graphmodel hubspot internal queries repair
PYTHON_PACKAGES = notebooks/requirements.txt $(CLIENTS)/python/requirements.txt

.PHONY: demo test bench lint mutants soak peers clean tools picture

demo:
	$(GO) run ./cmd/hubgraph demo

# What the tests need beside Go, a C compiler, Python and Node: Graphviz, Python
# packages in a virtual environment of their own, and HubSpot's client libraries.
tools: .venv/installed $(CLIENTS)/node/node_modules/.package-lock.json
	@command -v dot >/dev/null || (apt-get update -qq && apt-get install -y -qq graphviz >/dev/null)

.venv/installed: $(PYTHON_PACKAGES)
	python3 -m venv .venv || (apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && python3 -m venv --clear .venv)
	.venv/bin/pip install --quiet --disable-pip-version-check $(addprefix -r ,$(PYTHON_PACKAGES))
	touch $@

$(CLIENTS)/node/node_modules/.package-lock.json: $(CLIENTS)/node/package-lock.json
	npm ci --silent --prefix $(CLIENTS)/node
	touch $@

# Those whose tables are to be read run by themselves.
TABLES = ^Test(PlantedDefectsAreFound|KilledCrawls|EachFileOperationFails)$$

test: tools lint
	$(TEST) -skip '$(TABLES)' ./...
	$(TEST) -v -run '$(TABLES)' ./cmd/hubgraph ./export/duckdb | grep -v -e '=== ' -e '--- PASS: .*/'
	$(TEST) -race ./hubspot ./crawl ./graphmodel ./repair
	npm test --silent --prefix $(CLIENTS)/node
	.venv/bin/python -m pytest --quiet $(CLIENTS)/python notebooks docs/peers

lint:
	@test -z "$$(gofmt -l $(GO_FOLDERS))" || (gofmt -l $(GO_FOLDERS) && false)
	$(GO) vet ./...
	$(GO) mod tidy -diff
	$(GO) run $(STATICCHECK) ./...

# The second line takes a quarter of an hour: it keeps to a portal's rate limit.
bench:
	$(TEST) -run '^$$' -bench . -skip 'Pace|Million' -benchtime 10x ./...
	$(TEST) -run '^$$' -bench 'Pace|Million' -benchtime 1x ./crawl ./hubspot/sim

# Each of some bugs, planted in a copy, must turn its test red. Takes some minutes.
mutants:
	$(GO) run ./internal/mutants

# What make test does in part, in full. Takes hours.
soak:
	HUBGRAPH_KILLS=2000 $(GO) test -v -timeout 4h -run '^TestKilledCrawls$$' ./cmd/hubgraph
	HUBGRAPH_IDENTITIES=5000 $(GO) test -v -timeout 4h -run '^TestPlanApplyUndoIsTheIdentity$$' ./repair
	HUBGRAPH_SOAK=1 $(GO) test -v -timeout 4h -run '^TestEachFileOperation' ./export/duckdb ./cmd/hubgraph

# Beside a peer on the same simulated portal, in three minutes; see docs/peers.
peers: .venv/installed
	.venv/bin/pip install --quiet --disable-pip-version-check -r docs/peers/requirements.txt
	.venv/bin/python docs/peers/compare.py

# The README's picture, drawn from the map that a test holds against the demo's.
picture:
	dot -Tsvg docs/map.dot -o docs/map.svg

clean:
	rm -rf .venv $(CLIENTS)/node/node_modules hubgraph hubgraph-demo
