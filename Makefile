PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run restart test every-test test-full properties chaos soak lint types imports screenshots emails format documents clean environment

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: ## Set up whatever is missing, and run everything in the foreground until Ctrl-C
	@exec deploy/local/bootstrap.sh -m deploy.local run

restart: ## Restart every service beside a running `make run`, one process after another, while people use the form
	@$(PYTHON) -m deploy.local restart

test: lint types imports ## Set up whatever is missing, and run every check and test that this machine can run
	$(PYTHON) -m pytest -rs -n 4 --dist=loadfile --no-loadscope-reorder

test-full: lint types imports ## The same and all that takes longer: other languages' tools, new random histories, long chaos, a short soak (an hour)
	@$(MAKE) --no-print-directory --keep-going every-test properties chaos soak MINUTES=5

every-test: environment
	$(PYTHON) -m pytest -rs -n 4 --dist=loadfile --no-loadscope-reorder -m "full or not full" --hypothesis-profile=full

chaos: environment ## Break everything under load, and compare what people were told with what there is (half an hour)
	$(PYTHON) -m tests.chaos

soak: environment ## Use the system for an hour (MINUTES=60), and see whether memory, queues or connections grow
	$(PYTHON) -m tests.soak $(MINUTES)

properties: environment ## Look for a history that breaks an invariant, with new ones for ten minutes
	$(PYTHON) -m tests.properties.search --minutes 10 --first $$(date +%s)

lint: environment ## Check style and spelling
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	.venv/bin/typos

types: environment ## Check types
	$(PYTHON) -m mypy

imports: environment ## Check who imports whom
	.venv/bin/lint-imports

screenshots: environment ## Write pictures of every state of the form's pages into .data/screenshots
	$(PYTHON) -m tests.browser.screenshots .data/screenshots

emails: environment ## Write every email, and pictures of it, into .data/emails
	$(PYTHON) -m tools.email_preview .data/emails

format: environment ## Format the code and repair what can be repaired
	$(PYTHON) -m ruff format
	$(PYTHON) -m ruff check --fix

documents: environment ## Write the documents that come from the code: messages, queues, settings
	$(PYTHON) -m tools.documents.asyncapi > docs/asyncapi.yaml
	$(PYTHON) -m tools.documents.settings_page > docs/settings.md
	$(PYTHON) -m services.console topology show > deploy/rabbitmq/definitions.json

clean: ## Remove the Python environment and all data of local runs
	rm -rf .venv node_modules .data .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

environment:
	@exec deploy/local/bootstrap.sh
