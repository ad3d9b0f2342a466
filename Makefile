# `make` alone lists what there is to do.
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
KEEP ?= 3
JOBS ?= 2
TIME ?= 600
BASE ?= HEAD
BIN := .venv/bin
NPM := $(shell command -v npm)
NODE := build/node/ready
ENGINE := specbound/src/specbound
ARCHITECTURE ?= arm64
TERRAFORM := terraform -chdir=terraform
# After a rollback nothing goes forward unless it is told to.
FORWARDS := -var forward=$(if $(filter 1,$(FORWARD)),true,false)
# CANARY=10: so many requests in a hundred go to the new version at first, for WATCH=5 minutes.
CAREFULLY := $(if $(CANARY),--canary $(CANARY)) $(if $(WATCH),--watch $(WATCH))

# ENV=staging: the settings are in terraform/environments/staging.tfvars, and the state is that of a workspace of this name.
ENV ?=
SETTINGS := $(if $(ENV),-var-file=environments/$(ENV).tfvars)
ifneq ($(ENV),)
export TF_WORKSPACE := $(ENV)
endif
# The provider is large: every folder that Terraform works in shares one.
export TF_PLUGIN_CACHE_DIR ?= $(CURDIR)/build/terraform-plugins
export TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE ?= true

.PHONY: help doctor run mock proxy check format test fuzz proof faults histories endurance coverage bench walk pictures test-terraform package cloud cloud-down plan deploy destroy rollback prune check-data backfill sdk publish import export load check-contract changelog lint-contract costs lock clean

doctor: .venv/ready ## Say what is installed, and which targets wait for the rest
	@exec $(BIN)/python -m specbound doctor

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-18s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# uv installs in seconds. It does not read pip's configuration: where that alone says where packages come from, pip does.
define install
$(BIN)/uv pip install --quiet --require-hashes --python $(1)/bin/python -r $(2) 2> /dev/null || \
  $(BIN)/python -m pip --python $(1)/bin/python install -qq --disable-pip-version-check --no-compile --require-hashes -r $(2)
endef

# What `make run` needs, and no more.
.venv/ready: requirements/uv.txt requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This needs Python 3.11 or newer: make PYTHON=/path/to/python3.13 …")'
	@echo "Installing what runs the API into .venv (once, some seconds) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile --require-hashes -r requirements/uv.txt
	@$(call install,.venv,requirements/run.txt)
	@$(BIN)/uv pip install --quiet --offline --no-deps --python $(BIN)/python --editable specbound
	@touch $@

# What checks, tests and builds, beside it.
.venv/dev: requirements/dev.txt .venv/ready
	@echo "Installing the tools into .venv (once) …"
	@$(call install,.venv,requirements/dev.txt)
	@touch $@

# MiniStack runs functions with its own Python, which must be the one that packages them.
.venv-cloud/ready: requirements/cloud.txt | .venv/ready
	@echo "Installing MiniStack into .venv-cloud (once) …"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-cloud
	@$(call install,.venv-cloud,requirements/cloud.txt)
	@touch $@

.venv-mutants/ready: requirements/mutants.txt | .venv/ready
	@echo "Installing Cosmic Ray into .venv-mutants (once) …"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-mutants
	@$(call install,.venv-mutants,requirements/mutants.txt)
	@touch $@

.venv-checkov/ready: requirements/checkov.txt | .venv/ready
	@echo "Installing checkov into .venv-checkov (once) …"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-checkov
	@$(call install,.venv-checkov,requirements/checkov.txt)
	@touch $@

run: .venv/ready $(if $(DATA),.venv-cloud/ready) ## Serve the API on http://127.0.0.1:8000 with an embedded database (PORT=…, DATA=<folder> keeps it)
	@exec $(BIN)/python -m specbound run --port $(PORT) $(if $(DATA),--data '$(DATA)')

mock: .venv/dev ## Answer as the contract promises, without the code of the API (PORT=…, CONTRACT=other.yaml, LATENCY=200ms)
	@exec $(BIN)/python -m specbound mock $(CONTRACT) --port $(PORT) $(if $(LATENCY),--latency $(LATENCY))

proxy: .venv/ready ## Check a server's traffic against the contract, and report drift (URL=…, PORT=…, CONTRACT=other.yaml, REPORT=drift.json, FAIL=1)
	@test -n "$(URL)" || { echo "Say which server: make proxy URL=http://127.0.0.1:3000"; exit 1; }
	@exec $(BIN)/python -m specbound proxy $(URL) $(CONTRACT) --port $(PORT) $(if $(REPORT),--report $(REPORT)) $(if $(FAIL),--fail)

check: .venv/dev check-format ## Run what is fast: format, lint, types, and the tests that are not slow, on every core
	@$(BIN)/python -m specbound compile && $(BIN)/mypy
	@$(if $(MEASURED),$(BIN)/python .ci/covered.py begin)
	@$(BIN)/python $(MEASURED) -m pytest -m "not slow"
	@cd specbound && "$(CURDIR)/$(BIN)/python" $(MEASURED) -m pytest -n auto --dist worksteal -m "not slow"
	@$(if $(MEASURED),$(BIN)/python .ci/covered.py end)

.PHONY: check-format compiled schema
compiled: .venv/ready
	@$(BIN)/python -m specbound compile

# Editors read it: after a change of the extensions.
schema: .venv/ready
	@$(BIN)/python -m specbound schema --out specbound/src/specbound/openapi.schema.json

check-format: .venv/dev
	@$(BIN)/ruff format --check --quiet && $(BIN)/ruff check --quiet

format: .venv/dev ## Format the code, and repair what the linter can repair
	@$(BIN)/ruff check --quiet --fix; $(BIN)/ruff format --quiet

test: MEASURED = -m coverage run --rcfile="$(CURDIR)/build/coverage/run-time.toml"
test: check .venv-cloud/ready $(if $(NPM),$(NODE)) ## Run everything that CI runs: `make check`, the contract, Terraform, and the slow tests
	@$(MAKE) --no-print-directory lint-contract test-terraform
	@$(BIN)/python .ci/slow.py

# A token may come from the environment as well, where no list of processes shows it.
fuzz: export API_TOKEN := $(or $(TOKEN),$(API_TOKEN),$(if $(URL),,local))
fuzz: .venv/dev ## Send the API what nobody thought of, for TIME=600 seconds (CASES=5000: so many in process; URL=… TOKEN=… of one that is deployed; SEED=…: the same again)
	@exec $(BIN)/python -m specbound fuzz $(URL) $(if $(CASES),--cases $(CASES),--seconds $(TIME)) $(if $(SEED),--seed $(SEED))

.PHONY: referee
referee: .venv/dev ## Ask openapi-core and Connexion of 100,000 requests and 20,000 replies whether they agree with the compiled contract
	@$(BIN)/python -m specbound compile && exec $(BIN)/python -m specbound referee $(if $(SEED),--seed $(SEED))

proof: .venv/dev .venv-cloud/ready ## Try what proof.toml claims, for hours, and write docs/conformance.md (PARTS=…; AGAIN=1: also what is done)
	@$(BIN)/python -m specbound compile && exec $(BIN)/python -m specbound proof $(PARTS) $(if $(AGAIN),--again)

package: .venv/ready ## Build what Lambda runs, build/lambda.zip, for the Python of .venv (ARCHITECTURE=arm64 or x86_64)
	@$(BIN)/python -m specbound package --architecture $(ARCHITECTURE)

cloud: .venv/dev .venv-cloud/ready terraform-installed ## Deploy to an AWS on this machine, and print the API's URL and a token
	@$(BIN)/python -m specbound compile && $(BIN)/python -m specbound cloud up

cloud-down: .venv/dev ## Destroy what `make cloud` deployed, and stop it
	@$(BIN)/python -m specbound cloud down

plan: deployable environment package ## Show what `make deploy` would change (ENV=…)
	@$(TERRAFORM) init -input=false > /dev/null && $(TERRAFORM) plan -input=false $(SETTINGS) $(FORWARDS) -no-color

deploy: deployable environment package ## Deploy to your AWS account, after showing the plan (ENV=…; CANARY=10 per cent, WATCH=5 minutes; after a rollback: FORWARD=1)
	@$(TERRAFORM) init -input=false && $(BIN)/python -m specbound deploy $(CAREFULLY) -- $(SETTINGS) $(FORWARDS)

destroy: environment unprotected package ## Remove the deployment from your AWS account, data and all
	@$(TERRAFORM) init -input=false && $(TERRAFORM) destroy $(SETTINGS)

# Before anything is built for it.
.PHONY: deployable
deployable: .venv/ready
	@$(BIN)/python -m specbound doctor --deploy

# What is deployed is what is committed: Terraform would take its own settings for those of every environment.
.PHONY: environment
environment: terraform-installed
ifneq ($(ENV),)
	@test -f terraform/environments/$(ENV).tfvars || { \
	  echo "There is no terraform/environments/$(ENV).tfvars: write the settings of $(ENV) into it."; exit 1; }
	@test -z "$(wildcard terraform/terraform.tfvars* terraform/*.auto.tfvars*)" || { \
	  echo "$(wildcard terraform/terraform.tfvars* terraform/*.auto.tfvars*) would hold for every environment: move its settings."; exit 1; }
endif

# Else Terraform would remove all but what is protected, and then fail.
.PHONY: unprotected
unprotected: terraform-installed
	@$(TERRAFORM) init -input=false > /dev/null
	@test "$$($(TERRAFORM) output -raw deletion_protection 2> /dev/null)" != true || { \
	  echo "Nothing was removed: the deployment has deletion_protection. Set it to false, make deploy, and then make destroy."; exit 1; }

rollback: .venv/ready terraform-installed ## Let the deployed API call the function's version before this one (TO=3, FORCE=1)
	@$(BIN)/python -m specbound rollback $(if $(TO),--to $(TO)) $(if $(FORCE),--force)

prune: .venv/ready terraform-installed ## Delete the function's old versions, but the newest (KEEP=3) and what is called
	@$(BIN)/python -m specbound prune --keep $(KEEP)

check-data: .venv/ready ## Find stored items that the contract here would not show (TABLES=users)
	@exec $(BIN)/python -m specbound check-data $(TABLES)

backfill: .venv/ready ## List old items in new indexes, and claim what is unique of them (TABLES=users)
	@exec $(BIN)/python -m specbound backfill $(TABLES)

# Its state and its backend stay out of the way of a deployment from here.
test-terraform: export TF_DATA_DIR := ../build/terraform-test
test-terraform:
	@if command -v terraform > /dev/null; then $(MAKE) --no-print-directory check-terraform; else \
	  echo "SKIPPED the tests of terraform/: Terraform is not installed."; test "$$CI" != true; fi

.PHONY: check-terraform
check-terraform: .venv-checkov/ready terraform-installed
	@$(BIN)/python -m specbound package --empty openapi.yaml --output build/terraform-test/catalogue.zip
	@for name in things amazon foreign; do \
	  $(BIN)/python -m specbound package --empty terraform/tests/contracts/$$name.yaml --output build/terraform-test/$$name.zip || exit 1; done
	@$(TERRAFORM) fmt -check -diff -recursive
	@$(TERRAFORM) init -backend=false -input=false > /dev/null && $(TERRAFORM) validate && $(TERRAFORM) test
	@.venv-checkov/bin/checkov --directory terraform --framework terraform --quiet --compact --skip-download

.PHONY: terraform-installed
terraform-installed:
	@command -v terraform > /dev/null || { echo "This needs Terraform 1.10 or newer, which is not installed."; exit 1; }
	@mkdir -p $(TF_PLUGIN_CACHE_DIR)

.PHONY: node-installed
node-installed:
	@command -v npm > /dev/null || { echo "This needs Node 20 or newer, which is not installed."; exit 1; }

$(NODE): $(wildcard $(ENGINE)/clients/typescript/*) | node-installed
	@echo "Installing the Node tools into build/node (once) …"
	@rm -rf build/node && mkdir -p build && cp -R $(ENGINE)/clients/typescript build/node
	@cd build/node && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

sdk: .venv/dev $(if $(NPM),$(NODE)) ## Build the Python, TypeScript and Go clients into build/sdk/
	@$(BIN)/python -m specbound clients

publish: .venv/dev $(NODE) ## Publish the Python and TypeScript clients to where uv and npm are told to (DRY_RUN=1: only say what would be)
	@$(BIN)/python -m specbound clients --publish $(if $(DRY_RUN),--dry-run)

import: .venv/dev ## Create what a CSV or JSON Lines file holds (FILE=users.csv API_URL=… KIND=users OPTIONS='--dry-run', and API_TOKEN from the environment)
	@$(if $(findstring command,$(origin API_TOKEN)),echo "Others on this machine can see this token (ps). Better: API_TOKEN=… make import …" >&2)
	@exec $(BIN)/python -m specbound import $(OPTIONS)

export: .venv/dev ## Write all of a list into a CSV or JSON Lines file (FILE=users.csv API_URL=… KIND=users OPTIONS='--filter status=active')
	@$(if $(findstring command,$(origin API_TOKEN)),echo "Others on this machine can see this token (ps). Better: API_TOKEN=… make export …" >&2)
	@exec $(BIN)/python -m specbound export $(OPTIONS)

# What the compiler read is what Redocly reads; into a folder of its own, for the functions may not be there yet.
lint-contract: .venv/ready $(if $(NPM),$(NODE)) ## Check the contract by the project's rules, and by Redocly's where Node is installed
	@$(BIN)/python -m specbound lint && $(BIN)/python -m specbound compile --out build/contract
	@$(if $(NPM),build/node/node_modules/.bin/redocly lint --config build/node/redocly.yaml build/contract/openapi.json,echo "Node is not installed: Redocly did not run.")

changelog: .venv/ready ## Write all changes of the contract since BASE=<git ref or file>, in Markdown
	@$(BIN)/python -m specbound check $(BASE) --changelog

check-contract: .venv/ready ## List what the contract breaks since BASE=<git ref>: for clients, for what is stored, for a rollback
	@$(BIN)/python -m specbound check $(BASE)

histories: .venv/dev $(if $(URL),,.venv-cloud/ready) ## Let many clients write at once while calls are lost and processes die, and check what they were told (OPERATIONS=20000 SEED=1; or URL=… with TOKEN from the environment)
	@$(BIN)/python -m specbound compile && PYTHONPATH=specbound exec $(BIN)/python -m tests.histories --seed $(or $(SEED),1) \
	  $(if $(OPERATIONS),--operations $(OPERATIONS)) $(if $(URL),--url $(URL))

.PHONY: model
model: .venv/dev ## Ask the API in process one thing after the other, and a model of it how each must be answered (RUNS=200 SEED=1)
	@$(BIN)/python -m specbound compile && exec $(BIN)/python -m tests.model $(if $(RUNS),--runs $(RUNS)) $(if $(SEED),--seed $(SEED))

endurance: .venv/dev .venv-cloud/ready ## Do so for FOR=3600 seconds while processes are killed and the database stands still, and write build/endurance/report.md (SEED=…)
	@$(BIN)/python -m specbound compile && PYTHONPATH=specbound exec $(BIN)/python -m tests.histories.endurance \
	  $(if $(FOR),--seconds $(FOR)) $(if $(SEED),--seed $(SEED))

coverage: .venv/dev ## Run the fast tests, say how much of what ships they run, and which lines of the run time they do not (TESTS='tests/test_x.py …')
	@$(BIN)/python -m specbound compile && $(BIN)/python .ci/covered.py $(TESTS)

pictures: .venv/dev ## Make what docs/ shows: pictures of the docs page and of the server, with Chromium, and requests that are explained
	@$(BIN)/python -m tests.repository.explained docs/how-it-works.md
	@PYTHONPATH=specbound exec $(BIN)/python -m tests.pictures docs/pictures

walk: .venv/dev $(NODE) terraform-installed ## Go from an empty folder to a deployment, by the commands of specbound/docs/from-nothing.md, and write what they say
	@$(BIN)/python -m tests.repository.walk

bench: .venv/dev ## Measure what a request and a cold start cost in CPU time, beside other ways to answer it
	@$(BIN)/python -m specbound compile && PYTHONPATH=specbound $(BIN)/python -W ignore -m benchmarks

# What is installed is shared with the copies that faults are planted in; the tests of clients and of Terraform look, too.
faults: .venv/dev $(if $(NPM),$(NODE)) terraform-installed ## Plant each fault of tests/faults/, and say which test catches it (ONLY='name name', JOBS=2)
	@exec $(BIN)/python -m tests.faults --jobs $(JOBS) $(ONLY)

mutants: .venv/dev .venv-mutants/ready ## Mutate modules of the engine's run time, and say what their tests do not notice (MODULE='http/reading …' SAMPLE=20 SEED=1)
	@exec $(BIN)/python -m tests.faults.mutants --jobs $(JOBS) --sample $(or $(SAMPLE),20) --seed $(or $(SEED),1) $(MODULE)

load: .venv/ready ## Load an API with what load.yaml says, and say how long requests took (API_URL=… RATE=20 FOR=30 seconds, API_TOKEN from the environment)
	@test -n "$(API_URL)" || { echo "Say which API: API_TOKEN=… make load API_URL=https://…"; exit 1; }
	@exec $(BIN)/python -m specbound load $(API_URL) $(if $(RATE),--rate $(RATE)) $(if $(FOR),--seconds $(FOR))

costs: .venv/dev ## Write docs/costs.md: what a deployment costs, by what requests use, prices and assumptions (costs/)
	@$(BIN)/python -m costs

# What runs the API is the same with the tools beside it.
lock: .venv/ready ## Pin what pyproject.toml asks for, with hashes; a pin that still fits stays
	@for group in lambda uv run dev cloud checkov mutants import; do to=requirements/$$group.txt; \
	  case $$group in lambda) from=specbound/pyproject.toml; to=$(ENGINE)/deploy/requirements.txt;; run) from="specbound/pyproject.toml --extra run";; \
	    dev) from="specbound/pyproject.toml --all-extras --group dev -c requirements/run.txt -c requirements/uv.txt";; *) from="--group $$group";; esac; \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-package specbound \
	    --custom-compile-command "make lock" $$from -o $$to || exit 1; done

clean: ## Remove everything that was built or installed
	rm -rf build handlers/compiled .venv .venv-cloud .venv-checkov .venv-mutants
