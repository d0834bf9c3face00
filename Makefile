# Two commands do everything on a fresh machine with Python 3.11, pip, git and make:
#   make demo    cleans the bundled fixture and shows why each line went
#   make test    lint, types and all tests
PYTHON ?= python3
DEMO := .env-demo
TEST := .env-test
EVALUATE := .env-evaluate

.PHONY: demo test lint unit browser evaluate bench clean

demo: $(DEMO)/installed
	@echo "== descale explain: every block with its verdict =="
	@$(DEMO)/bin/descale explain fixtures/demo.txt
	@echo "== descale clean: the article =="
	@$(DEMO)/bin/descale clean fixtures/demo.txt

test: lint unit

lint: $(TEST)/installed
	$(TEST)/bin/ruff check .
	$(TEST)/bin/ruff format --check .
	$(TEST)/bin/mypy

unit: $(TEST)/installed browser
	$(TEST)/bin/python -m pytest

# The report is tested in a real browser: Debian's, which is installed where that is possible.
browser:
	@command -v chromedriver >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		chromium chromium-driver >/dev/null; } || echo "no chromium and chromedriver: the tests that need a browser will be skipped"

# Needs the tuning corpora in ../shared/corpora; other extractors are installed beside it.
evaluate: $(EVALUATE)/installed
	$(EVALUATE)/bin/python tests/evaluation/lines.py
	$(EVALUATE)/bin/python tests/evaluation/stability.py
	$(EVALUATE)/bin/python tests/evaluation/metadata_eval.py ../shared/corpora
	$(EVALUATE)/bin/python tests/evaluation/pages.py --cache build/peers

bench: $(TEST)/installed
	$(TEST)/bin/python tests/benchmarks/speed.py
	$(TEST)/bin/python tests/benchmarks/growth.py
	$(TEST)/bin/python tests/benchmarks/startup.py
	$(TEST)/bin/python tests/benchmarks/batch.py --pages 300

$(DEMO)/installed: pyproject.toml
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(TEST)/installed: pyproject.toml
	$(PYTHON) -m venv $(TEST)
	$(TEST)/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@touch $@

$(EVALUATE)/installed: pyproject.toml
	$(PYTHON) -m venv $(EVALUATE)
	$(EVALUATE)/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[evaluate]"
	@touch $@

clean:
	rm -rf $(DEMO) $(TEST) $(EVALUATE) .env-peer-* build dist
