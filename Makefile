# Every verb of the project. Paths are relative on purpose: a checkout may stand in a folder with spaces in its name.
PYTHON_IN := .venv/bin/python
ARGS ?=
# Processes that share the tests, each with databases, servers and ports of its own; 0: the one that was started.
WORKERS ?= 0

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install run test check bench lock format clean

help:
	@echo "make install   create .venv from requirements.lock (nothing to do: silent)"
	@echo "make run       install, then serve; ARGS=\"--port 9000\" goes to 'hoidap serve'"
	@echo "make test      install, then all tests; ARGS goes to pytest; CI=true skips nothing"
	@echo "make check     format, lint, types, import contracts, spelling, documentation"
	@echo "make format    write the format that 'make check' asks for"
	@echo "make bench     the benchmark table"
	@echo "make lock      renew requirements.lock; ARGS=--upgrade takes newer versions"
	@echo "make clean     remove .venv, caches and built assets; never the database in var/"

install:
	@sh scripts/install.sh
	@sh scripts/build-assets.sh

run: install
	@exec .venv/bin/hoidap serve $(ARGS)

test: install
	@sh scripts/with-services.sh $(PYTHON_IN) -m pytest --numprocesses=$(WORKERS) --dist=loadgroup $(ARGS)

check: install
	@$(PYTHON_IN) -m ruff format --check --quiet .
	@$(PYTHON_IN) -m ruff check --quiet .
	@$(PYTHON_IN) -m mypy
	@.venv/bin/lint-imports --no-cache
	@$(PYTHON_IN) -m codespell_lib
	@sh scripts/build-assets.sh check
	@$(PYTHON_IN) -m pytest --quiet tests/test_architecture.py tests/test_docs.py

format: install
	@$(PYTHON_IN) -m ruff format .
	@$(PYTHON_IN) -m ruff check --fix-only .

bench: install
	@$(PYTHON_IN) -m benchmarks $(ARGS)

lock: install
	@$(PYTHON_IN) -c 'import uv' 2>/dev/null || $(PYTHON_IN) -m pip install -qq uv
	@$(PYTHON_IN) -m uv pip compile pyproject.toml --extra dev --extra bench --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock $(ARGS)

clean:
	@sh scripts/build-assets.sh clean
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
