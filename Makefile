# make demo   trains on the sample corpus and shows what the vectors know
# make test   runs the tests; make lint checks the style
# Everything is installed into .venv by the first target that needs it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
DEMO := .demo

.PHONY: all demo test test-long lint format bench clean
.DEFAULT_GOAL := all

all: lint test

demo: $(VENV)/installed
	@mkdir -p $(DEMO)
	$(BIN)/w2v train data/sample.txt -o $(DEMO)/vectors.bin
	$(BIN)/w2v evaluate-analogies $(DEMO)/vectors.bin data/sample-questions.txt
	$(BIN)/w2v neighbors $(DEMO)/vectors.bin -k 5 france quickly "king - man + woman"

test: $(VENV)/installed-test
	$(BIN)/python -m pytest --numprocesses auto -m "not long"

test-long: $(VENV)/installed-test
	$(BIN)/python -m pytest

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed-bench
	$(BIN)/python benchmarks/corpus.py
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/scaling.py
	$(BIN)/python benchmarks/loading.py
	$(BIN)/python benchmarks/accuracy.py

clean:
	rm -rf $(VENV) $(DEMO) build dist *.egg-info .pytest_cache .hypothesis .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip is asked again only when the requirements change.
$(VENV)/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(PIP) --editable ".[test]"
	@touch $@

$(VENV)/installed-bench: $(VENV)/installed-test
	$(PIP) --editable ".[bench]"
	@touch $@
