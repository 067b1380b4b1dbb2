# Every command of the project. Needs Python 3.11 or newer and make; nothing else is installed outside $(VENV).
VENV ?= .venv
PORT ?= 8000
INSTANCE_DIR ?= instance
BASE_URL ?= http://127.0.0.1:$(PORT)
# A password alone opens the demonstration; the console says so on every page, and production refuses to start with it.
REQUIRE_SECOND_FACTOR ?= 0

BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest --numprocesses 2 --dist loadgroup
# A changed lock has another checksum, so the environment follows it by itself and is otherwise left alone.
ENVIRONMENT := $(VENV)/.installed-$(firstword $(shell cksum < requirements.txt))
WORKSHOP := $(VENV)/.installed-dev-$(firstword $(shell cksum < requirements-dev.txt))

# Where a machine forbids compiled modules, every test process and each server that one starts would read all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check lint quick bench lock clean
.DEFAULT_GOAL := run

run: export PORT := $(PORT)
run: export INSTANCE_DIR := $(INSTANCE_DIR)
run: export BASE_URL := $(BASE_URL)
run: export REQUIRE_SECOND_FACTOR := $(REQUIRE_SECOND_FACTOR)
run: $(ENVIRONMENT)  ## Everything on this machine: database, demo events, web and mail worker, until Ctrl-C.
	@$(BIN)/python -m tools.prepare
	@$(BIN)/python -m tools.serve

test: $(WORKSHOP)  ## The whole suite, on both databases and in a real browser.
	@$(BIN)/python -m tools.ensure_browser
	$(PYTEST)

check: lint test  ## What CI runs.

lint: $(WORKSHOP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/mypy

quick: $(WORKSHOP)  ## The inner loop, under 30 seconds: verbs, formats and mails, on SQLite. Pages and guards come with make test.
	$(PYTEST) -m "not browser and not slow" --database sqlite --ignore tests/web --ignore tests/journeys --ignore tests/races --ignore tests/guards

bench: $(WORKSHOP)  ## Measures the promises about speed and writes bench/RESULTS.md.
	$(BIN)/python -m bench

lock: $(WORKSHOP)  ## Requirements with every version and hash; alike for Python 3.11 to 3.14. UPGRADE=1 takes newer ones.
	@for name in requirements requirements-dev; do \
	  UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv --no-config pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url $(if $(UPGRADE),--upgrade) --output-file $$name.txt $$name.in || exit 1; \
	done

clean:  ## Takes the environment and all caches away; data in $(INSTANCE_DIR) stays.
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@python=$$(sh tools/find_python) && "$$python" -m venv $(VENV)

$(ENVIRONMENT): $(BIN)/python
	@echo "Installing the libraries into $(VENV) (once)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@rm -f $(VENV)/.installed-[0-9]* && touch $@

$(WORKSHOP): $(BIN)/python
	@echo "Installing the libraries and the tools for tests into $(VENV) (once)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@rm -f $(VENV)/.installed-* && touch $@ $(ENVIRONMENT)
