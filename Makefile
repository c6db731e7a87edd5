# Everything a person needs to run, test and look after Alongside.
SHELL := /bin/bash
# The system's own Python where it is new enough: it is built to run a third faster than
# most that were compiled by hand and stand first on the path.
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3 || echo python3)
PORT ?= 8000
export PORT
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BASE_READY := $(VENV)/.ready-base

.PHONY: help demo run worker test check bench fix clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

$(BASE_READY): requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Alongside needs Python 3.11 or later."; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing. On Debian it is the package python3-venv."; exit 1; }
	@echo "Installing what Alongside needs into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

$(READY): requirements/dev.txt $(BASE_READY)
	@echo "Installing what the tests need into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(BASE_READY) ## open a running study in the browser: no root, no server, no secret
	@ALONGSIDE_MODE=demo LOG_LEVEL=WARNING $(BIN)/python manage.py demo

run: $(BASE_READY) ## the web server for development
	@ALONGSIDE_MODE=development $(BIN)/python manage.py prepare
	@ALONGSIDE_MODE=development $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

worker: $(BASE_READY) ## the worker for development: the tick and the sender
	@ALONGSIDE_MODE=development $(BIN)/python manage.py prepare
	@ALONGSIDE_MODE=development $(BIN)/python manage.py qcluster

test: $(READY) ## the whole suite, on SQLite and on PostgreSQL
	@$(BIN)/python -m tests.run

check: $(READY) ## format, lint, imports, types, migrations, templates, deployment
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	ALONGSIDE_MODE=test $(BIN)/mypy
	ALONGSIDE_MODE=test $(BIN)/python manage.py makemigrations --check --dry-run
	ALONGSIDE_MODE=test $(BIN)/python manage.py check_templates
	$(BIN)/python -m tests.deploy_check

bench: $(READY) ## print the figures, each beside a floor from the same run
	@$(BIN)/python -m bench

fix: $(READY) ## format and mend what a tool can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what was made here: the virtual environment, the demo's data
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
