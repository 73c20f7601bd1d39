# Everything a contributor types. PYTHON= picks the interpreter; HOST= and PORT= the address of `make serve`.
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?=
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup serve test check-fast format lint types imports pytest coverage docs bench quality lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: ## Create .venv with everything pinned (instant when nothing changed)
	@PYTHON='$(PYTHON)' sh scripts/setup.sh

serve: setup ## Start the service on 127.0.0.1:8000, with an example ready to post
	@echo "Advisor on http://$(HOST):$(PORT)  (API: /docs; stop with Ctrl-C). Post the shipped example from another terminal:"
	@echo "  curl -s http://$(HOST):$(PORT)/advise -H 'Content-Type: application/json' -d @examples/overfit-run.json | python3 -m json.tool"
	@exec $(BIN)/advisor serve --host $(HOST) --port $(PORT)

test: setup lint types imports pytest ## Set up and pass every check

check-fast: setup lint types imports ## The same without the slow tests, stopping at the first failure
	@$(BIN)/pytest -q -x -n auto -m 'not slow and not browser and not postgres'

format: setup ## Format and fix what ruff can fix
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: setup ## ruff: format and lint
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup ## mypy --strict
	@$(BIN)/mypy

imports: setup ## import-linter: who may import whom
	@$(BIN)/lint-imports

pytest: setup ## Tests and features
	@$(BIN)/pytest -n auto --scenario-results build/scenarios.json

coverage: setup ## The same with coverage, which takes about half as long again
	@$(BIN)/pytest -n auto --cov --cov-report=term

docs: setup ## Run the features and build the site of the documents in build/docs
	@$(BIN)/pytest -q -n auto tests/test_features.py --scenario-results build/scenarios.json || echo "docs: not every scenario passes; the pages show which"
	@$(BIN)/python -m scripts.site build/scenarios.json

bench: setup ## Run the benchmarks
	@for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python -m "benchmarks.$$(basename "$$script" .py)" || exit 1; done

quality: setup ## Score the rules and other tools on labelled runs: make quality RUNS=folder
	@test -n "$(RUNS)" || { echo "Name the labelled runs: make quality RUNS=folder (docs/evaluate.md says what they hold)"; exit 2; }
	@$(BIN)/python benchmarks/quality/report.py $(RUNS)

lock: setup ## Refresh requirements.lock and requirements-build.lock from pyproject.toml
	@sh scripts/lock.sh

clean: ## Remove .venv and everything generated
	@rm -rf .venv build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
