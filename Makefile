# make run, make test, make demo: each sets up what it needs first (python3 >= 3.11, venv and make).
# uv is used when it is on the PATH. GNU make 3.81 is enough.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=

.PHONY: check run demo test lint types imports eval learn picture pictures bench bench-crash bench-latency bench-feeds bench-pages bench-store bench-digest bench-soak bench-night image-test release-check licences wheel lock format clean help
check: lint types imports test eval wheel

help:
	@echo "make run     start the service on feeds.yaml      (ARGS='--database x.db')"
	@echo "make demo    play the June 2025 story, no network"
	@echo "make test    the tests"
	@echo "make check   all that .ci/run checks: lint types imports test eval wheel"
	@echo "make eval    score the rules on the labelled documents"
	@echo "make learn   what words weigh to the second reader, from the labelled documents"
	@echo "make bench   timings, as ratios"
	@echo "make bench-crash bench-latency bench-feeds bench-store bench-digest   see bench/README.md"
	@echo "make bench-night a day of 1000 feeds and every stand-in, with faults"
	@echo "make bench-soak  thirty simulated days     make image-test  build the container and live with it"
	@echo "make release-check  what a release holds, installed and tried     make licences  docs/ops/licences.md"
	@echo "make format  lay out the code      make lock  renew the locked requirements (needs uv)"

run: $(VENV)/.run-ready
	$(BIN)/python -m monitor run $(ARGS)

demo: $(VENV)/.run-ready
	$(BIN)/python -m monitor demo $(ARGS)

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.dev-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev-ready
	$(BIN)/mypy

imports: $(VENV)/.dev-ready
	PYTHONPATH=. $(BIN)/lint-imports

# The README's first picture, drawn from what the demo prints.
picture: $(VENV)/.run-ready
	PYTHONPATH=. $(BIN)/python docs/picture.py > /dev/null

# Both of the README's pictures; the second shows digest and pages and takes chromium.
pictures: picture $(VENV)/.dev-ready
	PYTHONPATH=. $(BIN)/python docs/pictures.py

eval: $(VENV)/.dev-ready
	$(BIN)/python bench/eval.py $(ARGS)

# What words weigh to the second reader. Takes scikit-learn, which nothing else here does.
learn: $(VENV)/.dev-ready
	$(BIN)/python -m pip install --quiet "scikit-learn>=1.5"
	$(BIN)/python bench/learn.py $(ARGS)

bench: $(VENV)/.dev-ready
	$(BIN)/python bench/rules.py $(ARGS)

bench-crash: $(VENV)/.dev-ready
	$(BIN)/python bench/crash.py $(ARGS)

bench-latency: $(VENV)/.dev-ready
	$(BIN)/python bench/latency.py $(ARGS)

bench-digest: $(VENV)/.dev-ready
	$(BIN)/python bench/digest.py $(ARGS)

bench-pages: $(VENV)/.dev-ready
	PYTHONPATH=. $(BIN)/python bench/pages.py $(ARGS)

bench-feeds: $(VENV)/.dev-ready
	$(BIN)/python bench/feeds.py $(ARGS)

bench-store: $(VENV)/.dev-ready
	$(BIN)/python bench/store.py $(ARGS)

bench-soak: $(VENV)/.dev-ready
	$(BIN)/python bench/soak.py $(ARGS)

bench-night: $(VENV)/.dev-ready
	$(BIN)/python bench/night.py $(ARGS)

image-test: $(VENV)/.dev-ready
	$(BIN)/python bench/image.py $(ARGS)

release-check: $(VENV)/.dev-ready
	$(BIN)/python .ci/release_check.py $(ARGS)

licences: $(VENV)/.dev-ready
	$(BIN)/python .ci/licences.py docs/ops/licences.md

wheel: $(VENV)/.dev-ready
	$(BIN)/python -m pip wheel . --quiet --no-deps --no-build-isolation --wheel-dir dist
	$(BIN)/python .ci/wheel_holds.py dist

format: $(VENV)/.dev-ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The lock names no download host; a universal one serves every Python from 3.11 on.
lock:
	uv pip compile --universal --generate-hashes --no-header --upgrade --quiet pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --upgrade --quiet --group dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/.run-ready: requirements.lock
	@.ci/setup "$(PYTHON)" "$(VENV)" requirements.lock
	@touch $@

$(VENV)/.dev-ready: requirements-dev.lock
	@.ci/setup "$(PYTHON)" "$(VENV)" requirements-dev.lock
	@touch $@ $(VENV)/.run-ready
