# demo   the local Slack with its page and the bot: nothing else is needed (FRESH=1 starts over)
# test   the quick set: lint, types, import contracts, and the tests of every part
# run    the bot against a real Slack workspace (README: settings)
# check  lint, types and import contracts alone
# thorough  what the quick set leaves out: every command on PostgreSQL, every walk in full
# torture  the long runs: processes killed by the thousand, whole years, twenty thousand reminders
# bench  measures, and prints a table (FULL=1: the full sizes)
# lock   newer versions of the locked libraries
.DEFAULT_GOAL := help
.PHONY: help demo test thorough run check torture bench lock clean
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PORT ?= 8300
UV := uv==0.13.9
# the machine's own certificates: many municipalities' networks sit behind a proxy that has one
export UV_SYSTEM_CERTS := 1

help:
	@sed -n 's/^# \([a-z]*   *.*\)/  make \1/p' Makefile | grep '^  make [a-z]*  '

# The locked libraries, then the program itself. uv comes from the same place as they do.
$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit("Python 3.11 eller nyare krävs, detta är %d.%d" % sys.version_info[:2]) if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps -e .
	@touch $(READY)

demo: $(READY)
	@exec $(BIN)/python -m sandbox.demo --port $(PORT) $(if $(FRESH),--fresh)

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

test: check
	$(BIN)/pytest -n 2 --dist loadgroup -m "not torture and not thorough"

thorough: $(READY)
	$(BIN)/pytest -n 2 --dist loadgroup -m "thorough and not torture"

torture: $(READY)
	$(BIN)/pytest -n 4 --dist loadgroup -m torture

bench: $(READY)
	@$(BIN)/python -m benchmarks $(if $(FULL),--full)

run: $(READY)
	@exec $(BIN)/samverkansbot run

lock:
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet $(UV); }
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --upgrade \
		pyproject.toml --group dev -o requirements.lock

clean:
	rm -rf .venv .demo .mypy_cache .ruff_cache .pytest_cache
