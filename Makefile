# make demo   the console on the sample projects, with trainings running beside them
# make test   the test suite
# make check  everything that must hold before a change is merged (what .ci/run does)
# make lock   resolve the dependencies anew

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

# A Python of a distribution may come without what puts pip into a new environment: then its own pip serves.
PIP = $$(test -x $(BIN)/pip && echo $(BIN)/python -m pip || echo $(PYTHON) -m pip --python $(BIN)/python)

.PHONY: demo test check lint format-check ruff types contracts wheel wheel-check lock clean

demo: $(VENV)/.demo
	@$(BIN)/python -B sample_projects/demo.py

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 $(ARGS)

check:
	@bash .ci/run

lint: format-check ruff types contracts

format-check: $(VENV)/.dev
	$(BIN)/ruff format --check .

ruff: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

wheel: $(VENV)/.dev
	rm -rf build/wheel
	$(BIN)/python -m build --no-isolation --wheel --outdir build/wheel .

# The wheel in an environment that has never seen this folder.
wheel-check: wheel
	rm -rf build/clean
	$(PYTHON) -m venv build/clean 2>/dev/null || $(PYTHON) -m venv --clear --without-pip build/clean
	pip="$$(test -x build/clean/bin/pip && echo build/clean/bin/python -m pip || echo $(PYTHON) -m pip --python build/clean/bin/python)"; \
	$$pip install -q --require-hashes -r requirements.txt && \
	$$pip install -q --no-deps build/wheel/*.whl && \
	$$pip check
	cd build && clean/bin/mlops-console --version && clean/bin/python -m mlops_console --version

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "mlops-console needs Python 3.11 or newer; name it with make PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip $(VENV)

$(VENV)/.demo: $(BIN)/python requirements.txt requirements-build.txt pyproject.toml
	@echo "Installing into $(VENV) (once)"
	@$(PIP) install -q --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(BIN)/python requirements-dev.txt pyproject.toml
	@echo "Installing into $(VENV) (once)"
	@$(PIP) install -q --require-hashes -r requirements-dev.txt
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

# The locks name no index and hold the hashes of every file of a version, for every platform.
COMPILE := build/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-header --no-annotate --no-emit-options
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install -q pip-tools
	printf 'hatchling>=1.25\neditables\n' > build/build.in
	$(COMPILE) --extra dev -o requirements-dev.txt pyproject.toml build/build.in
	$(COMPILE) -c requirements-dev.txt -o requirements.txt pyproject.toml
	$(COMPILE) -c requirements-dev.txt -o requirements-build.txt build/build.in

clean:
	rm -rf $(VENV) build dist .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
