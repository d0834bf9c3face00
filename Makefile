# Two commands do everything on a fresh machine with Python 3.11, pip, git and make:
#   make demo    cleans the bundled fixture and shows why each line went
#   make test    lint, types and all tests
PYTHON ?= python3
DEMO := .env-demo
TEST := .env-test

.PHONY: demo test lint unit evaluate bench clean

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

unit: $(TEST)/installed
	$(TEST)/bin/python -m pytest

evaluate: $(TEST)/installed
	$(TEST)/bin/python tests/evaluation/lines.py
	$(TEST)/bin/python tests/evaluation/metadata_eval.py

bench: $(TEST)/installed
	$(TEST)/bin/python tests/benchmarks/speed.py

$(DEMO)/installed: pyproject.toml
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(TEST)/installed: pyproject.toml
	$(PYTHON) -m venv $(TEST)
	$(TEST)/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@touch $@

clean:
	rm -rf $(DEMO) $(TEST) build dist
