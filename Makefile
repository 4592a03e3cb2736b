# Two commands: `make demo` and `make test`. Both need Python 3.11 or newer with pip, and make; the second time no network.

VENV := .venv
BIN := $(VENV)/bin
# The first Python that runs and is new enough; name another with `make PYTHON=/path/to/python3.13 demo`.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := graphkit loaders tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help demo test check neo4j faults differential install format docs words lock clean

help:  ## what there is
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.run  ## analyse the shipped real data and a made-up world whose truth is known
	@$(BIN)/graphkit demo --out demo

install: $(VENV)/.test  ## the environment for work on graphkit itself

neo4j: $(VENV)/.run  ## a Neo4j server of your own on loopback; Java 17 and Maven must be there
	@$(BIN)/graphkit neo4j start

test: check  ## everything that must hold: style, types, layers, tests
	$(BIN)/python -m pytest -n 2 -q

check: $(VENV)/.test  ## style, types and layers, without the tests
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

faults: $(VENV)/.test  ## kill a load 200 times with kill -9, and tell kills, batches lost and batches doubled
	PYTHONPATH=tests/stores $(BIN)/python tests/stores/kills.py 200 7
	PYTHONPATH=tests/stores $(BIN)/python tests/stores/neo4j_faults.py

differential: $(VENV)/.test  ## 2,000 random questions to the embedded Cypher engine and to each Neo4j line
	$(BIN)/python tests/stores/differential.py 2000

format: $(VENV)/.test  ## lay out the code
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

docs: $(VENV)/.test  ## the documentation as a site, in build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

words: $(VENV)/.test  ## gather the sentences of the code into the catalogues, and compile these
	$(BIN)/python tests/catalogues.py

lock:  ## choose the newest versions that fit pyproject.toml, for Python 3.11 to 3.14; needs uv and a network
	uv pip compile pyproject.toml --group build --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --upgrade -q -o locks/run.txt
	uv pip compile pyproject.toml --group build --extra test --constraint locks/run.txt --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --upgrade -q -o locks/test.txt

clean:  ## remove the environment and everything that was made
	rm -rf $(VENV) demo build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# One stamp a step, so that nothing is installed, and no network asked, when nothing changed.

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer was found; install one, or name it: make PYTHON=/path/to/python3 demo" >&2; exit 2; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make an environment; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 2; }

$(VENV)/.run: locks/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what locks/run.txt names"
	@$(PIP) install --require-hashes --requirement locks/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: locks/test.txt $(VENV)/.run
	@echo "Installing what locks/test.txt names"
	@$(PIP) install --require-hashes --requirement locks/test.txt
	@touch $@
