# Five words: demo, test, bench, lint, clean. Each sets up what it needs.

GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: demo test bench lint clean tools

demo:
	$(GO) run ./cmd/hubgraph demo

# What the tests need beside Go and a C compiler: Graphviz, and Python packages
# in a virtual environment of their own.
tools: .venv/installed
	@command -v dot >/dev/null || (apt-get update -qq && apt-get install -y -qq graphviz >/dev/null)

.venv/installed: notebooks/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r notebooks/requirements.txt
	touch $@

test: tools lint
	$(GO) test ./...
	$(GO) test -race ./hubspot/... ./crawl ./graphmodel
	.venv/bin/python -m pytest --quiet notebooks

lint:
	@test -z "$$(gofmt -l cmd crawl export graphmodel hubspot internal queries repair)" || (gofmt -l . && false)
	$(GO) vet ./...
	$(GO) mod tidy -diff
	$(GO) run $(STATICCHECK) ./...

bench:
	$(GO) test -run '^$$' -bench . -benchtime 3x ./...

clean:
	rm -rf .venv hubgraph hubgraph-demo
