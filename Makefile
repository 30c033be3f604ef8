# Makes its own virtual environment with nothing but Python (3.11 to 3.13) and pip.
# `make run` and `make test` do all the set-up; later runs reuse .venv until a lock file changes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PACKAGES := alerts cli crawler db events newsroom scheduler web

# Images and shells may forbid Python to keep what it compiled; then every start of the program compiles it anew, a third
# of a start, and so does every process of the tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run demo test lint types contracts unit bench api contract score clusters silence faults world kills gaps soak pictures shots lock clean

run: $(VENV)/.runs
	@exec $(BIN)/volya run

demo: $(VENV)/.runs
	$(BIN)/volya demo --seconds 60

test: lint types contracts unit

lint: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.tests
	$(BIN)/mypy

contracts: $(VENV)/.tests
	$(BIN)/lint-imports

# Three processes, a file each: a third of the time goes into waiting for real servers and processes. The longest files
# come first (conftest.py).
unit: $(VENV)/.tests
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder tests

bench: $(VENV)/.tests
	$(BIN)/python benchmarks/polls.py
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/general.py
	$(BIN)/python benchmarks/copies.py
	$(BIN)/python benchmarks/readers.py
	$(BIN)/python benchmarks/matching.py
	$(BIN)/python benchmarks/searching.py
	$(BIN)/python benchmarks/pages.py
	$(BIN)/python benchmarks/rhythm.py --seed 11 12

# How well the news is understood, language by language; fails where a floor is undercut.
score: $(VENV)/.tests
	$(BIN)/python benchmarks/score.py

# One event per thing that happened: the labelled clusters in 200 orders of arrival; fails where a floor is undercut.
clusters: $(VENV)/.tests
	$(BIN)/python benchmarks/clusters.py

# Twelve faults of the line to every receiver, on a first message and on a change of it; prints what came of each.
faults: $(VENV)/.tests
	$(BIN)/pytest -q tests/alerts/test_fault_matrix.py

# How long the API alone takes with 200,000 articles and 500 events stored; on an idle machine, three minutes.
api: $(VENV)/.tests
	$(BIN)/python benchmarks/pages.py --only /api/

# schemathesis asks the API what its description allows and what it does not, at length: some minutes.
contract: $(VENV)/.tests
	CONTRACT_EXAMPLES=300 $(BIN)/pytest -q tests/web/api/test_contract.py

# 150 outlets with every kind of entry point, 2,000 articles, a fifth of all requests fails: all found, none twice.
world: $(VENV)/.tests
	$(BIN)/python benchmarks/world.py

# No regular outlet is called silent, and a real end is seen in the stated time; two minutes; fails otherwise.
silence: $(VENV)/.tests
	$(BIN)/python benchmarks/silence.py

# The service, killed at 60 moments while it reads, announces and sends, then with its crawl process at 20: four minutes.
kills: $(VENV)/.tests
	$(BIN)/python benchmarks/outbox_kills.py --kills 60 --seed 1
	$(BIN)/python benchmarks/kills.py --kills 20 --seed 1

# Away for a day while 300 articles go beyond the windows of the feeds; stopped by SIGKILL, then in order: four minutes.
gaps: $(VENV)/.tests
	$(BIN)/python benchmarks/gaps.py --articles 300 --stop kill
	$(BIN)/python benchmarks/gaps.py --articles 300 --stop term --seed 2

# What takes too long for every change, a line a trial.
soak: $(VENV)/.tests
	$(BIN)/python benchmarks/outbox_kills.py --kills 500 --seed 2
	$(BIN)/python benchmarks/failpoints.py
	$(BIN)/python benchmarks/kills.py --kills 120 --seed 2
	HYPOTHESIS_PROFILE=soak $(BIN)/pytest tests/alerts/outbox tests/alerts/channels tests/alerts/test_digests.py

# Draws the messages of docs/pictures anew; needs Chromium.
pictures: $(VENV)/.tests
	$(BIN)/python benchmarks/pictures.py

# Draws the pages of docs/pictures anew; needs Chromium.
shots: $(VENV)/.tests
	$(BIN)/python benchmarks/shots.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: $(VENV)/bin/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.runs requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Pins everything anew, with hashes and without the address of an index. Needs pip-tools.
COMPILE := pip-compile --quiet --generate-hashes --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options
lock:
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
