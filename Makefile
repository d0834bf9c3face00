# Two commands do everything on a fresh machine with Python 3.11, pip, git and make:
#   make demo    cleans the bundled fixture and shows why each line went
#   make test    lint, types and all tests
PYTHON ?= python3
DEMO := .env-demo
TEST := .env-test
EVALUATE := .env-evaluate

# One environment holds the libraries of all adapters; another the oldest trafilatura that descale takes.
ADAPTERS := .env-adapters
OLDEST := .env-oldest
EXTRAS := arrow,datasets,datatrove,ray,spark,sklearn,spacy,langchain,llama-index,haystack

.PHONY: demo test lint unit browser adapters real oldest resolve slurm java evaluate bench bench-adapters clean

demo: $(DEMO)/installed
	@echo "== descale explain: every block with its verdict =="
	@$(DEMO)/bin/descale explain fixtures/demo.txt
	@echo "== descale clean: the article =="
	@$(DEMO)/bin/descale clean fixtures/demo.txt

test: lint unit adapters

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

# Everything that needs other projects' libraries.
adapters: real oldest

# Each adapter and each guide against the real thing: a Slurm cluster of one node, two Ray nodes, two Spark executors.
real: $(ADAPTERS)/installed slurm java
	DESCALE_ADAPTERS_REQUIRED=1 $(ADAPTERS)/bin/python -m pytest tests/adapters
	$(ADAPTERS)/bin/python -m pytest tests/test_docs.py -k python_blocks

# The newest trafilatura is in the environment of `unit`. How long the libxml2 of that time takes is not ours.
oldest: $(OLDEST)/installed
	$(OLDEST)/bin/python -m pytest tests/test_metadata.py tests/test_pages.py tests/test_read_html.py tests/test_bad_input.py \
		-k "not linear_time and not any_json_ld"

# Whether each extra can be installed, with the pip that a new environment has and with the newest; downloads, installs nothing.
resolve:
	$(PYTHON) tests/adapters/resolve.py

slurm:
	@if command -v slurmd >/dev/null || test -x /usr/sbin/slurmd; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm slurmd slurmctld munge; \
	else echo "Slurm is not installed, and only root can: its test is skipped"; fi

java:
	@if command -v java >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends default-jre-headless; \
	else echo "Spark needs Java 17 or later" >&2; exit 1; fi

# Needs the tuning corpora in ../shared/corpora; other extractors are installed beside it.
evaluate: $(EVALUATE)/installed
	$(EVALUATE)/bin/python tests/evaluation/lines.py
	$(EVALUATE)/bin/python tests/evaluation/stability.py
	$(EVALUATE)/bin/python tests/evaluation/metadata_eval.py ../shared/corpora
	$(EVALUATE)/bin/python tests/evaluation/pages.py --cache build/peers
	$(EVALUATE)/bin/python tests/evaluation/scores.py
	$(EVALUATE)/bin/python tests/evaluation/gate.py
	$(EVALUATE)/bin/python tests/evaluation/gate.py --held-out

bench: $(TEST)/installed
	$(TEST)/bin/python tests/benchmarks/speed.py
	$(TEST)/bin/python tests/benchmarks/growth.py
	$(TEST)/bin/python tests/benchmarks/startup.py
	$(TEST)/bin/python tests/benchmarks/batch.py --pages 300

bench-adapters: $(ADAPTERS)/installed java
	$(ADAPTERS)/bin/python tests/benchmarks/adapters.py
	$(ADAPTERS)/bin/python tests/benchmarks/small_adapters.py

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

$(ADAPTERS)/installed: pyproject.toml
	$(PYTHON) -m venv $(ADAPTERS)
	$(ADAPTERS)/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[$(EXTRAS)]" pytest pandas polars
	@touch $@

$(OLDEST)/installed: pyproject.toml
	$(PYTHON) -m venv $(OLDEST)
	$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --editable . "trafilatura==1.8.*" pytest hypothesis
	@touch $@

clean:
	rm -rf $(DEMO) $(TEST) $(EVALUATE) $(ADAPTERS) $(OLDEST) .env-peer-* build dist
