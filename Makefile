# `make` lists the targets; every tool runs from .venv, so nothing needs activating.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.DELETE_ON_ERROR:
# The steps of `check` come in their order, cheapest first and the summary of the tests last.
.NOTPARALLEL:

PYTHON ?= python3
PYTEST_ARGS ?= --numprocesses=auto
PIP_QUIET ?= --quiet

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
REFERENCES := .venv-references
CODE := annotator corpus schemas tests bench

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "$(PYTHON) was not found. Install Python 3.11 or later, or name one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed, and $(PYTHON) is $$("$(PYTHON)" --version 2>&1)." >&2; \
		echo "Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)

# The lock brings everything, setuptools too; the project itself is then built without any download.
$(STAMP): requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install $(PIP_QUIET) --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install $(PIP_QUIET) --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: $(STAMP) ## Create .venv from the lock, with the project in editable form

.PHONY: run
run: $(STAMP) ## Open the demonstration corpus in the terminal
	@$(BIN)/annotator demo

.PHONY: check
check: format-check lint types contracts tests ## Format, lint, types, import contracts, tests

.PHONY: test
test: check ## The same as check

.PHONY: format-check
format-check: $(STAMP)
	$(BIN)/ruff format --check $(CODE)

.PHONY: lint
lint: $(STAMP)
	$(BIN)/ruff check $(CODE)

.PHONY: types
types: $(STAMP)
	$(BIN)/mypy

.PHONY: contracts
contracts: $(STAMP)
	$(BIN)/lint-imports --no-logo

.PHONY: tests
tests: $(STAMP)
	$(BIN)/pytest $(PYTEST_ARGS)

.PHONY: format
format: $(STAMP) ## Rewrite the code as ruff formats it and sorts its imports
	$(BIN)/ruff check --fix-only $(CODE)
	$(BIN)/ruff format $(CODE)

.PHONY: lock
lock: ## Write both locks from pyproject.toml
	PYTHON="$(PYTHON)" scripts/lock

.PHONY: bench
bench: $(STAMP) ## Measure and print; nothing depends on the figures
	@set -e; for script in bench/*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

# The other implementations need nearly two gigabytes, so they live apart from what everybody needs, and only when asked for.
$(REFERENCES)/installed: requirements.references.lock pyproject.toml
	"$(PYTHON)" -m venv $(REFERENCES)
	$(REFERENCES)/bin/python -m pip install $(PIP_QUIET) --require-hashes --requirement requirements.references.lock
	$(REFERENCES)/bin/python -m pip install $(PIP_QUIET) --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: references
references: $(REFERENCES)/installed ## Hold our figures and files against other implementations (1.8 GB)
	ANNOTATOR_REFERENCES=required $(REFERENCES)/bin/pytest -m references

.PHONY: soak
soak: $(STAMP) ## The long tests that `make check` leaves out
	$(BIN)/pytest -m soak $(PYTEST_ARGS)

.PHONY: clean
clean: ## Remove .venv and everything that a tool has left behind
	rm -rf $(VENV) $(REFERENCES) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
