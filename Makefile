# run, test, check, fix, bench, chaos: each sets up what it needs, and nothing when nothing changed (bootstrap.py).
PYTHON ?= python3
BIN = .venv/bin
MANAGE = $(BIN)/python manage.py
# Where the machine forbids compiled files every start pays two seconds of compiling.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check fix bench chaos fuzz mutants pictures audit sbom setup setup-dev lock
help:
	@echo "make run: serve the app | make test: every test | make check: lint, types, floors, docs"
	@echo "make fix: format | make bench: benchmarks beside their peers | make chaos: kill it | make mutants: test the tests | make lock: compile the lock files"
	@echo "make audit: known vulnerabilities of packages | make sbom: list of packages (CycloneDX)"

setup:
	@$(PYTHON) bootstrap.py

setup-dev:
	@$(PYTHON) bootstrap.py --dev

run: setup
	@exec $(MANAGE) serve

# Coverage of branches slows a run by a tenth and more, so it is measured before a release: make test COVER=1.
COVERAGE = $(if $(COVER),--cov --cov-report=)
test: setup-dev
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --once-more $(COVERAGE) $(ARGS)

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check templates
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent lint
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(MANAGE) makemigrations --check --dry-run
	$(BIN)/python -m pytest -q tests/house

fix: setup-dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/djangofmt templates
	$(BIN)/python -m tests.house.decisions

# Kills, frozen workers, work delivered twice and full disks: make chaos KILLS=50 SEED=1a2b3c4d
# Journeys of a fieldworker on three browsers: make chaos JOURNEYS=200 ARGS="-k journeys"; one again: JOURNEY=1a2b3c4d-17
# Intake of notes, forms and files: make chaos INTAKE_KILLS=300 DATABASE_KILLS=1000 ARGS="-k acknowledged"
# Generated histories of three devices: make chaos HISTORIES=1000 ARGS="-k histories"
KILLS ?= 200
HISTORIES ?= 1000
chaos: setup-dev
	@CHAOS_KILLS=$(KILLS) CHAOS_SEED=$(SEED) CHAOS_JOURNEYS=$(JOURNEYS) CHAOS_JOURNEY=$(JOURNEY) NOTE_HISTORIES=$(HISTORIES) \
		CHAOS_INTAKE_KILLS=$(INTAKE_KILLS) CHAOS_DATABASE_KILLS=$(DATABASE_KILLS) $(BIN)/python -m pytest \
		tests/chaos tests/fieldwork tests/casestudies/test_note_histories.py tests/journeys/test_offline_extremes.py -q -s -p no:cacheprovider $(ARGS)

# Requests to every operation of the API: make fuzz REQUESTS=50000 SEED=7
REQUESTS ?= 10000
SEED ?=
fuzz: setup-dev
	@FUZZ_REQUESTS=$(REQUESTS) FUZZ_SEED=$(SEED) $(BIN)/python -m pytest tests/rest/test_fuzz.py -q -s --show-capture=no -p no:cacheprovider $(ARGS)

# Would the quick tests of pure files notice a changed line? make mutants FILES="rest.keyset imports.values"
mutants: setup-dev
	@$(BIN)/python -m tests.mutants $(FILES)

bench: setup-dev
	@$(BIN)/python -m benchmarks $(ARGS)

pictures: setup-dev
	@$(MANAGE) take_pictures

# Asks the registries of the packages; where one does not answer it says so.
audit: setup-dev
	@$(BIN)/python supply.py audit

# From the lock files, without a network.
sbom: setup-dev
	@$(BIN)/python supply.py sbom

# Exact versions with hashes for Python 3.11 and newer, on every platform, without a registry's address.
UV_COMPILE = $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate
lock: setup-dev
	$(UV_COMPILE) pyproject.toml --group dev -o requirements-dev.lock
	$(UV_COMPILE) pyproject.toml -c requirements-dev.lock -o requirements.lock
	$(UV_COMPILE) --group node -o requirements-node.lock
	$(UV_COMPILE) --group audit -o requirements-audit.lock
	npm install --package-lock-only --ignore-scripts
