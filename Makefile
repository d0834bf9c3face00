# Two commands do everything on a fresh machine with Python 3.11, pip, git and make:
#   make demo    cleans the bundled fixture and shows why each line went
#   make test    lint, types and all tests
PYTHON ?= python3
DEMO := .env-demo
TEST := .env-test
EVALUATE := .env-evaluate

# One environment holds the engines' libraries; another the oldest trafilatura that descale takes.
ENGINES := .env-adapters-engines
OLDEST := .env-adapters-oldest
ENGINE_TESTS := arrow datasets datatrove ray spark
ENGINE_GUIDES := arrow or datasets or datatrove or ray-data or spark or one-file-to-a-cluster

.PHONY: demo test lint unit browser adapters engines oldest resolve slurm java evaluate bench bench-adapters clean

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

# Everything that needs other projects' libraries: each adapter against the real thing.
adapters: engines oldest

# Slurm, Ray and Spark run for real: a one-node cluster, two nodes, two executors.
engines: $(ENGINES)/installed slurm java
	DESCALE_ADAPTERS_REQUIRED=1 $(ENGINES)/bin/python -m pytest $(ENGINE_TESTS:%=tests/adapters/test_%.py)
	DESCALE_ADAPTERS_REQUIRED=1 $(ENGINES)/bin/python -m pytest tests/test_docs.py -k "python_blocks and ($(ENGINE_GUIDES))"

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

bench: $(TEST)/installed
	$(TEST)/bin/python tests/benchmarks/speed.py
	$(TEST)/bin/python tests/benchmarks/growth.py
	$(TEST)/bin/python tests/benchmarks/startup.py
	$(TEST)/bin/python tests/benchmarks/batch.py --pages 300

bench-adapters: $(ENGINES)/installed java
	$(ENGINES)/bin/python tests/benchmarks/adapters.py

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

$(ENGINES)/installed: pyproject.toml
	$(PYTHON) -m venv $(ENGINES)
	$(ENGINES)/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[arrow,datasets,datatrove,ray,spark]" pytest polars
	@touch $@

$(OLDEST)/installed: pyproject.toml
	$(PYTHON) -m venv $(OLDEST)
	$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --editable . "trafilatura==1.8.*" pytest hypothesis
	@touch $@

clean:
	rm -rf $(DEMO) $(TEST) $(EVALUATE) .env-adapters-* .env-peer-* build dist
