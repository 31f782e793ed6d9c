PYTHON := .venv/bin/python

# Some shells forbid Python to keep what it compiled. Then each of the hundreds of processes that the tests start would
# compile everything anew, and need twice the time.
unexport PYTHONDONTWRITEBYTECODE

# A generator that fails leaves the file as it was.
generate = $(PYTHON) -m $(2) > $(1).new && mv $(1).new $(1) || { rm -f $(1).new; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help checks collection run restart test every-test test-full properties fuzz chaos soak bench lint types imports screenshots emails format documents clean environment

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: ## Set up what is missing and run everything in the foreground until Ctrl-C
	@exec deploy/local/bootstrap.sh -m deploy.local run

restart: ## Restart every service of a running `make run`, one process at a time, while people use the form
	@$(PYTHON) -m deploy.local restart

checks:
	@$(MAKE) --no-print-directory -j4 types lint imports collection

test: checks ## Set up what is missing and run every check and test that this machine can run
	$(PYTHON) -m pytest -rs -n 4 --dist=loadfile --no-loadscope-reorder

test-full: checks ## Run those and what takes longer: other languages' tools, new random histories, long chaos, a short soak (an hour)
	@$(MAKE) --no-print-directory --keep-going every-test properties chaos soak MINUTES=5

every-test: environment
	$(PYTHON) -m pytest -rs -n 4 --dist=loadfile --no-loadscope-reorder -m "full or not full" --hypothesis-profile=full

chaos: environment ## Break everything under load and compare what people were told with what happened (half an hour)
	$(PYTHON) -m tests.chaos

soak: environment ## Use the system for an hour (MINUTES=60) and see whether memory, queues or connections grow
	$(PYTHON) -m tests.soak $(MINUTES)

bench: environment ## Measure what everything costs, and compare (an hour or two; SHORT=1: a minute)
	$(PYTHON) -m benchmarks $(if $(SHORT),--short)

properties: environment ## Search new random histories for one that breaks an invariant, for ten minutes
	$(PYTHON) -m tests.properties.search --minutes 10 --first $$(date +%s)

fuzz: environment ## Send every reader a hundred thousand hostile inputs (ten minutes)
	$(PYTHON) -m pytest -n 2 tests/fuzz --hypothesis-profile=fuzz

lint: environment ## Check style and spelling
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	.venv/bin/typos

types: environment ## Check types
	$(PYTHON) -m mypy

imports: environment ## Check the import rules
	.venv/bin/lint-imports

# Whether every test can be collected. It also compiles all of it once, not once in each of pytest's processes.
collection: environment
	$(PYTHON) -m pytest --collect-only -qqq >/dev/null

screenshots: environment ## Write pictures of every state of the form's pages to .data/screenshots
	$(PYTHON) -m tests.browser.screenshots .data/screenshots

emails: environment ## Write every email, with pictures, to .data/emails
	$(PYTHON) -m tools.email_preview .data/emails

format: environment ## Format the code and fix what can be fixed
	$(PYTHON) -m ruff format
	$(PYTHON) -m ruff check --fix

documents: environment ## Generate the documents that come from the code: messages, queues, settings, metrics
	@$(call generate,docs/asyncapi.yaml,tools.documents.asyncapi)
	@.venv/bin/python -m tools.documents.schemas
	@.venv/bin/python -m tools.documents.typescript
	@$(call generate,docs/vectors.json,tools.documents.vectors)
	@$(call generate,docs/values.json,tools.documents.values)
	@$(call generate,docs/settings.md,tools.documents.settings_page)
	@$(call generate,docs/metrics.md,tools.documents.metrics_page)
	@$(call generate,deploy/rabbitmq/definitions.json,services.console topology show)
	@$(call generate,deploy/rabbitmq/90-ace.conf,services.console topology show --configuration)
	@$(call generate,deploy/rabbitmq/advanced.config,services.console topology show --advanced)

clean: ## Remove the Python environment and all data of local runs
	rm -rf .venv node_modules clients/typescript/node_modules tests/contract/generators/node_modules .data .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

environment:
	@exec deploy/local/bootstrap.sh
