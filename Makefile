# Two commands for people: `make run` and `make test`. The rest is for those who work on Khabar.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv when it is on the PATH; else one of the project's own, made with venv and pip.
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
export UV_PYTHON_DOWNLOADS := never
# PyPI answers slowly at times; a short default time-out would fail a fresh machine.
export UV_HTTP_TIMEOUT := 180

.PHONY: docs run screenshots test test-hub soak setup setup-dev browser lint requirements clean

run: setup
	@$(BIN)/khabar run

test: setup-dev browser lint
	@$(BIN)/python -m pytest -ra -n 2 --dist loadfile

# Tests that take long and seldom find anything: CI runs them after the others.
soak: setup-dev
	@$(BIN)/python -m pytest -ra -n 2 --dist loadgroup -m soak

# The optional recogniser from a model hub: gigabytes, so neither `make test` nor CI installs it.
test-hub: setup-dev
	@$(UV) pip install --quiet --python $(BIN)/python -e ".[hub]"
	@$(BIN)/python -m pytest -ra -m hub tests/recogniser

setup: $(VENV)/.installed

setup-dev: $(VENV)/.installed-dev

# The explorer's pages are tried in a browser. Where it is missing and can be had it is installed, else they are skipped.
browser:
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "installing chromium and fonts-noto-core, to test the explorer"; \
		{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
		apt-get -qq install --yes --no-install-recommends chromium fonts-noto-core; } >/dev/null 2>&1 \
		|| echo "they can't be installed: the tests of pages are skipped"; \
	fi

lint: setup-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

.uv/bin/uv:
	@$(PYTHON) -m venv .uv && .uv/bin/python -m pip install --quiet uv

$(BIN)/python: | $(filter .uv/bin/uv,$(UV))
	@$(UV) venv --quiet --python $(PYTHON) $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@

# docs/tables.md, from the comments in sql/.
docs: setup
	@$(BIN)/python docs/tables.py

# The pictures of docs/explorer.md, from the sample articles.
screenshots: setup-dev browser
	@$(BIN)/python docs/screenshots.py

# The pins: change pyproject.toml, then run this, then commit both.
requirements: | $(filter .uv/bin/uv,$(UV))
	@$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--group build -o requirements.txt pyproject.toml
	@$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--group build --group dev --extra ray -c requirements.txt -o requirements-dev.txt pyproject.toml
	@$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--group bench -c requirements-dev.txt -o requirements-bench.txt pyproject.toml

clean:
	@rm -rf $(VENV) .uv warehouse .mypy_cache .ruff_cache .pytest_cache .hypothesis
