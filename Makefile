# Every target sets up what it needs. `make help` is made from the comments after ##.
PYTHON ?= python3
PORT ?= 8765
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run-$(shell cat requirements/run.txt pyproject.toml | cksum | cut -d' ' -f1)
DEV_STAMP := $(VENV)/.dev-$(shell cat requirements/dev.txt pyproject.toml | cksum | cut -d' ' -f1)
UV := var/uv/bin/uv
# the index that pip is set to, which uv does not look up by itself; no address of it gets into the result
INDEX = $(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null)
COMPILE = $(if $(INDEX),UV_DEFAULT_INDEX=$(INDEX)) $(UV) --quiet pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check bench docs lock pictures editor

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-7s %s\n' "$$name" "$$text"; done

$(RUN_STAMP):
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(DEV_STAMP) ## the environment with everything for development

demo: $(RUN_STAMP) ## try it: be interviewed and be HR, no keys needed (PORT=8765)
	@$(BIN)/colloquy demo --port $(PORT)

run: $(RUN_STAMP) ## the server, with the settings of the environment or .env
	@$(BIN)/colloquy serve

test: $(DEV_STAMP) ## all tests; parts whose server is missing say so
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile $(ARGS)

check: $(DEV_STAMP) ## style, types, import rules, generated files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.generated --check

docs: $(DEV_STAMP) ## make the generated parts of the documents and schemas afresh
	@$(BIN)/python -m tests.generated

bench: $(DEV_STAMP) ## the benchmarks; figures go to var/bench/
	@$(BIN)/python -m tests.bench $(ARGS)

pictures: $(DEV_STAMP) ## the card, the charts and the report in both languages as PNG, to look at (var/pictures)
	@$(BIN)/python -m tests.pictures

editor: ## build the code editor of the candidate's page again from bot/webchat/editor, with npm
	@mkdir -p var/editor && cp bot/webchat/editor/.npmrc bot/webchat/editor/* var/editor/
	@cd var/editor && npm ci && node build.js $(CURDIR)/bot/webchat/static/vendor/codemirror.js

lock: ## resolve the requirements again, with uv in an environment of its own
	@test -x $(UV) || { $(PYTHON) -m venv var/uv && var/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"; }
	@$(COMPILE) --group build -o requirements/run.txt
	@$(COMPILE) --group build --group test --group check -c requirements/run.txt -o requirements/dev.txt
