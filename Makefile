# `make` alone lists what there is to do.
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
BASE ?= HEAD
BIN := .venv/bin
NPM := $(shell command -v npm)
NODE := sdk/typescript/node_modules/ready

.PHONY: help run test sdk check-contract lint-contract lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

.venv/ready: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This needs Python 3.11 or newer: make PYTHON=/path/to/python3.13 …")'
	@echo "Installing the tools into .venv (once, about a minute) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.venv-cloud/ready: requirements/cloud.txt
	@echo "Installing MiniStack into .venv-cloud (once) …"
	@$(PYTHON) -m venv .venv-cloud
	@.venv-cloud/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/cloud.txt
	@touch $@

run: .venv/ready ## Serve the API on http://127.0.0.1:8000 with an embedded database (PORT=…)
	@$(BIN)/python -m compiler && exec $(BIN)/python -m local.server --port $(PORT)

$(NODE): sdk/typescript/package-lock.json
	@command -v npm > /dev/null || { echo "This needs Node 20 or newer, which is not installed."; exit 1; }
	@echo "Installing the Node tools into sdk/typescript/node_modules (once) …"
	@cd sdk/typescript && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

sdk: .venv/ready $(if $(NPM),$(NODE)) ## Build the Python and TypeScript clients into build/sdk/
	@$(BIN)/python -m sdk.build

check-contract: $(NODE) ## List what the contract breaks for existing clients since BASE=<git ref>
	@mkdir -p build && git show $(BASE):openapi.yaml > build/base.yaml
	@node sdk/typescript/breaking.mjs build/base.yaml openapi.yaml

lock: .venv/ready ## Pin every dependency anew, with hashes
	@for group in lambda dev cloud checkov; do \
	  case $$group in lambda) from=pyproject.toml;; dev) from="pyproject.toml --group dev";; *) from="--group $$group";; esac; \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make lock" $$from -o requirements/$$group.txt || exit 1; done

clean: ## Remove everything that was built or installed
	rm -rf build handlers/compiled sdk/typescript/node_modules .venv .venv-cloud
