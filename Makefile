# `make` alone lists what there is to do.
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
BASE ?= HEAD
BIN := .venv/bin
NPM := $(shell command -v npm)
NODE := build/node/ready
ENGINE := specbound/src/specbound
ARCHITECTURE ?= arm64
BUILD_CLIENT := from pathlib import Path; from specbound.compiler.document import load; from specbound.clients.python_client import build; \
  build(load(), Path("build/import"))
TERRAFORM := terraform -chdir=terraform
# The provider is large: every folder that Terraform works in shares one.
export TF_PLUGIN_CACHE_DIR ?= $(CURDIR)/build/terraform-plugins
export TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE ?= true

.PHONY: help run test bench test-terraform package cloud cloud-down plan deploy destroy rollback sdk import check-contract lint-contract lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

.venv/ready: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This needs Python 3.11 or newer: make PYTHON=/path/to/python3.13 …")'
	@echo "Installing the tools into .venv (once, about a minute) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/uv pip install --quiet --offline --no-deps --python $(BIN)/python --editable specbound
	@touch $@

# MiniStack runs functions with its own Python, which must be the one that packages them.
.venv-cloud/ready: requirements/cloud.txt | .venv/ready
	@echo "Installing MiniStack into .venv-cloud (once) …"
	@$(BIN)/python -m venv .venv-cloud
	@.venv-cloud/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/cloud.txt
	@touch $@

.venv-checkov/ready: requirements/checkov.txt | .venv/ready
	@echo "Installing checkov into .venv-checkov (once) …"
	@$(BIN)/python -m venv .venv-checkov
	@.venv-checkov/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/checkov.txt
	@touch $@

# The importer uses the client as its users do: as a wheel.
.venv-bench/ready: requirements/bench.txt | .venv/ready
	@echo "Installing what to compare with into .venv-bench (once) …"
	@$(BIN)/python -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

.venv-import/ready: requirements/import.txt openapi.yaml $(wildcard $(ENGINE)/clients/python*.py $(ENGINE)/clients/python/*/* $(ENGINE)/clients/python/*/*/*) | .venv/ready
	@echo "Installing the client and the importer into .venv-import (once, and when the contract changes) …"
	@rm -rf build/import && $(BIN)/python -c '$(BUILD_CLIENT)'
	@$(BIN)/python -m venv --clear .venv-import
	@.venv-import/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/import.txt
	@.venv-import/bin/python -m pip install -qq --disable-pip-version-check --no-deps build/import/*.whl
	@touch $@

run: .venv/ready ## Serve the API on http://127.0.0.1:8000 with an embedded database (PORT=…)
	@$(BIN)/python -m specbound.compiler && exec $(BIN)/python -m specbound.local.server --port $(PORT)

test: .venv/ready .venv-cloud/ready .venv-import/ready $(if $(NPM),$(NODE)) ## Run everything that CI runs: format, lint, types, contract, Terraform, tests
	@$(BIN)/ruff format --check --quiet && $(BIN)/ruff check --quiet
	@$(BIN)/python -m specbound.compiler && $(BIN)/mypy
	@$(MAKE) --no-print-directory lint-contract test-terraform
	@$(BIN)/python -m pytest && cd specbound && ../$(BIN)/python -m pytest

package: .venv/ready ## Build what Lambda runs, build/lambda.zip, for the Python of .venv (ARCHITECTURE=arm64 or x86_64)
	@$(BIN)/python -m specbound.compiler && $(BIN)/python -m specbound.deploy.package --architecture $(ARCHITECTURE)

cloud: .venv/ready .venv-cloud/ready terraform-installed ## Deploy to an AWS on this machine, and print the API's URL and a token
	@$(BIN)/python -m specbound.compiler && $(BIN)/python -m specbound.deploy.package --host --output build/cloud/lambda.zip
	@$(BIN)/python -m specbound.local.cloud up

cloud-down: .venv/ready ## Destroy what `make cloud` deployed, and stop it
	@$(BIN)/python -m specbound.local.cloud down

plan: package terraform-installed ## Show what `make deploy` would change
	@$(TERRAFORM) init -input=false > /dev/null && $(TERRAFORM) plan -input=false -no-color

deploy: package terraform-installed ## Deploy to your AWS account, after showing the plan
	@$(TERRAFORM) init -input=false && $(TERRAFORM) apply

destroy: package terraform-installed ## Remove the deployment from your AWS account, data and all
	@$(TERRAFORM) init -input=false && $(TERRAFORM) destroy

rollback: .venv/ready terraform-installed ## Let the deployed API call the function's version before this one
	@$(BIN)/python -m specbound.deploy.rollback

# Its state and its backend stay out of the way of a deployment from here.
test-terraform: export TF_DATA_DIR := ../build/terraform-test
test-terraform:
	@if command -v terraform > /dev/null; then $(MAKE) --no-print-directory check-terraform; else \
	  echo "SKIPPED the tests of terraform/: Terraform is not installed."; test "$$CI" != true; fi

.PHONY: check-terraform
check-terraform: .venv-checkov/ready terraform-installed
	@$(BIN)/python -m specbound.deploy.package --empty openapi.yaml --output build/terraform-test/catalogue.zip
	@$(BIN)/python -m specbound.deploy.package --empty terraform/tests/contracts/things.yaml --output build/terraform-test/things.zip
	@$(TERRAFORM) fmt -check -diff -recursive
	@$(TERRAFORM) init -backend=false -input=false > /dev/null && $(TERRAFORM) validate && $(TERRAFORM) test
	@.venv-checkov/bin/checkov --directory terraform --framework terraform --quiet --compact --skip-download

.PHONY: terraform-installed
terraform-installed:
	@command -v terraform > /dev/null || { echo "This needs Terraform 1.9 or newer, which is not installed."; exit 1; }
	@mkdir -p $(TF_PLUGIN_CACHE_DIR)

.PHONY: node-installed
node-installed:
	@command -v npm > /dev/null || { echo "This needs Node 20 or newer, which is not installed."; exit 1; }

$(NODE): $(wildcard $(ENGINE)/clients/typescript/*) | node-installed
	@echo "Installing the Node tools into build/node (once) …"
	@rm -rf build/node && mkdir -p build && cp -R $(ENGINE)/clients/typescript build/node
	@cd build/node && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

sdk: .venv/ready $(if $(NPM),$(NODE)) ## Build the Python and TypeScript clients into build/sdk/
	@$(BIN)/python -m specbound.clients.build

import: .venv-import/ready ## Create what a CSV or JSON Lines file holds (FILE=users.csv API_URL=… KIND=users, and API_TOKEN from the environment)
	@$(if $(findstring command,$(origin API_TOKEN)),echo "Others on this machine can see this token (ps). Better: API_TOKEN=… make import …" >&2)
	@PYTHONPATH=$(ENGINE)/clients/python .venv-import/bin/python -m importer

lint-contract: .venv/ready $(if $(NPM),$(NODE)) ## Check the contract by the project's rules, and by Redocly's where Node is installed
	@$(BIN)/python -m specbound.compiler.lint
	@$(if $(NPM),build/node/node_modules/.bin/redocly lint --config build/node/redocly.yaml openapi.yaml,echo "Node is not installed: Redocly did not run.")

check-contract: node-installed $(NODE) ## List what the contract breaks for existing clients since BASE=<git ref>
	@mkdir -p build && git show $(BASE):openapi.yaml > build/base.yaml
	@node build/node/breaking.mjs build/base.yaml openapi.yaml

bench: .venv-bench/ready ## Measure what a request and a cold start cost in CPU time, beside other ways to answer it
	@$(BIN)/python -m specbound.compiler && PYTHONPATH=specbound:specbound/src .venv-bench/bin/python -W ignore -m benchmarks

lock: .venv/ready ## Pin every dependency anew, with hashes
	@for group in lambda dev cloud checkov import bench; do \
	  case $$group in lambda) from=specbound/pyproject.toml;; dev|bench) from="specbound/pyproject.toml --group $$group";; *) from="--group $$group";; esac; \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make lock" $$from -o requirements/$$group.txt || exit 1; done

clean: ## Remove everything that was built or installed
	rm -rf build handlers/compiled .venv .venv-cloud .venv-checkov .venv-import .venv-bench
