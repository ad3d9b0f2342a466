# What there is to do with a service of the gallery: each one's Makefile is a link to this. `make` alone lists it.
.DEFAULT_GOAL := help
PORT ?= 8000
ROOT := ../..
SPECBOUND := $(ROOT)/.venv/bin/python -m specbound

.PHONY: help run test explain cloud cloud-down installed

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

installed:
	@$(MAKE) --no-print-directory -C $(ROOT) .venv/dev

run: installed ## Serve the API on http://127.0.0.1:8000 with an embedded database (PORT=…)
	@exec $(SPECBOUND) run --port $(PORT)

test: installed ## Run its tests, the fuzzing among them
	@$(SPECBOUND) compile && $(ROOT)/.venv/bin/python -m pytest

explain: installed ## Say of each part of the contract what becomes of it
	@$(SPECBOUND) compile --explain

cloud: installed ## Deploy to an AWS on this machine, and print the API's URL and a token
	@$(MAKE) --no-print-directory -C $(ROOT) .venv-cloud/ready
	@ln -sfn $(ROOT)/.venv-cloud .venv-cloud && $(SPECBOUND) cloud up

cloud-down: installed ## Destroy what `make cloud` deployed, and stop it
	@$(SPECBOUND) cloud down
