# Two commands for people: `make run` and `make test`. The rest is for those who work here.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python3.14; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PORT ?= 8000

export PYTHONDONTWRITEBYTECODE :=  # each process would compile everything again

.PHONY: run test check audit bench lock clean

run: .venv/installed  ## serve the demo at http://127.0.0.1:8000
	EVENSIDE_DEMO=1 EVENSIDE_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/evenside demo
	EVENSIDE_DEMO=1 EVENSIDE_BASE_URL=http://127.0.0.1:$(PORT) exec $(BIN)/evenside serve --port $(PORT)

test: .venv/tested  ## every test, on both engines and in a real browser
	EVENSIDE_CHROMIUM="$$(scripts/find-chromium)" $(BIN)/pytest -n 2 --dist loadgroup -q -rR tests

check: .venv/tested  ## style, types, walls, templates and the fast tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist each -q tests/unit  # all of them under each of two TZ values: tests/server_zone.py

audit: .venv/tested .audit/installed  ## known holes in what is pinned, and two scanners: docs/security.md
	scripts/audit

bench: .venv/tested  ## the tables of benchmarks/
	$(BIN)/python -m benchmarks

lock: .venv/tested  ## pin the newest releases again (needs uv)
	cd requirements && uv pip compile --universal --python-version 3.11 --generate-hashes -q --no-emit-index-url --upgrade -o run.txt run.in
	cd requirements && uv pip compile --universal --python-version 3.11 --generate-hashes -q --no-emit-index-url --upgrade -c run.txt -o dev.txt dev.in
	cd requirements && uv pip compile --universal --python-version 3.11 --generate-hashes -q --no-emit-index-url --upgrade -o audit.txt audit.in

clean:
	rm -rf .venv .audit var

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Evenside needs Python 3.11 or newer; none was found."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: requirements/run.txt pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/tested: requirements/dev.txt .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.audit/installed: requirements/audit.txt | .venv/bin/python
	$(PYTHON) -m venv .audit
	.audit/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/audit.txt
	@touch $@
