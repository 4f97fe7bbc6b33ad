# `make help` is the manual.
SHELL := bash
# The system's own Python first: a distribution builds it with profiles of its use, most that were built by hand are not
# (the same tests took 410 seconds on one and 345 on the other). `make PYTHON=python3.13` takes another.
PYTHON ?= $(or $(shell for one in /usr/bin/python3 python3; do $$one -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' \
          2>/dev/null && echo $$one && break; done),python3)
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE :=
# uv where it is (under a second), pip otherwise (half a minute): the same hash-checked lock file either way.
INSTALL = if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
          else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi

.PHONY: help install demo council test test-browser soak bench check lock schema clean browser

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Minder needs Python 3.11 or newer; found " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv

.venv/run.done: requirements.lock | .venv/bin/python
	@echo "Installing what Minder needs (once) …"
	@$(call INSTALL,requirements.lock)
	@touch $@

.venv/dev.done: requirements-dev.lock | .venv/bin/python
	@echo "Installing what the checks need (once) …"
	@$(call INSTALL,requirements-dev.lock)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

install: .venv/run.done  ## the `minder` command, for running it for real
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .

demo: .venv/run.done  ## a whole day as a transcript, then a page of phones to play with (ARGS=--script stops after the transcript)
	@$(BIN)/python -m sandbox $(ARGS)

council: .venv/run.done  ## three years of a made-up council, with its quarterly and annual packs, in ./council (ARGS=FOLDER)
	@$(BIN)/python -m sandbox.make_council $(or $(ARGS),council)

test: .venv/dev.done  ## everything but the browser and what `check` looks at, on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -n 3 --dist worksteal --ignore=tests/house $(ARGS)

test-browser: .venv/dev.done browser  ## the demo page in a real Chromium, with axe
	@$(BIN)/python -m pytest -m browser $(ARGS)

browser:
	@command -v chromium >/dev/null || (apt-get update -q && apt-get install -y -q chromium) >/dev/null

soak: .venv/dev.done  ## three hundred kills of real processes, with a Telegram and a database that fail (ARGS="--kills 30")
	@$(BIN)/python -m tests.faults $(ARGS)

bench: .venv/dev.done  ## how fast, against plain alternatives (ARGS=--quick: a tenth; ARGS="--only outgoing")
	@$(BIN)/python -m benchmarks $(ARGS)

check: .venv/dev.done  ## style, types, layers, languages, wording, migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/house

schema: .venv/dev.done  ## renew the sandbox's strict answer schema from the packages of others (needs npm)
	@$(BIN)/python -m sandbox.make_schema

LOCK = --quiet --upgrade --no-emit-index-url --generate-hashes --no-header --universal --python-version 3.11 pyproject.toml
lock: .venv/dev.done  ## write the hash-checked lock files anew
	@$(BIN)/uv pip compile $(LOCK) --extra dev -o requirements-dev.lock
	@$(BIN)/uv pip compile $(LOCK) --extra install -c requirements-dev.lock -o requirements.lock

clean:  ## remove what was installed and made, ./council too; a database and .env stay
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info council
	@find . -name __pycache__ -prune -exec rm -rf {} +
