# make demo   trains on the sample corpus and shows what the vectors know
# make test   runs the tests; make lint checks the style and types; make man writes manual pages
# make dist   builds the wheel and the source distribution into dist/, and checks them
# make tutorial runs the tutorial's commands and writes what they print
# make test-bounds checks all places in arrays of compiled code; make fuzz feeds wrong files to readers
# Everything is installed into .venv by the first target that needs it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
DEMO := .demo
BOUNDS_CACHE := .bounds
FUZZ_RUNS := 1000000
COMPILED_TESTS := tests/kernels tests/corpus tests/formats/test_text_parsing.py \
	tests/training/test_trainer.py

.PHONY: all demo man tutorial test test-long test-bounds fuzz lint format bench dist clean
.DEFAULT_GOAL := all

all: lint test

demo: $(VENV)/installed
	@mkdir -p $(DEMO)
	$(BIN)/w2v train data/sample.txt -o $(DEMO)/vectors.bin
	$(BIN)/w2v evaluate-analogies $(DEMO)/vectors.bin data/sample-questions.txt
	$(BIN)/w2v neighbors $(DEMO)/vectors.bin -k 5 france quickly "king - man + woman"

# Made from the help, so not kept in the repository.
man: $(VENV)/installed
	$(BIN)/w2v man --all -o docs/man

tutorial: $(VENV)/installed-test
	$(BIN)/python docs/make_tutorial.py

test: $(VENV)/installed-test
	$(BIN)/python -m pytest --numprocesses auto -m "not long"

test-long: $(VENV)/installed-test
	$(BIN)/python -m pytest

# Compiled loops with every place in every array checked; vector instructions cannot be, for which
# test_vector.py has arrays at the ends of memory. The code is kept apart from other compiled code.
test-bounds: $(VENV)/installed-test
	NUMBA_BOUNDSCHECK=1 W2V_KERNELS=portable NUMBA_CACHE_DIR=$(BOUNDS_CACHE) \
		$(BIN)/python -m pytest --numprocesses auto $(COMPILED_TESTS)

fuzz: $(VENV)/installed-fuzz
	for target in $$($(BIN)/python -m fuzz list); do \
		$(BIN)/python -m fuzz $$target --engine atheris --runs $(FUZZ_RUNS) || exit 1; \
	done

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed-bench
	$(BIN)/python benchmarks/corpus.py
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/scaling.py
	$(BIN)/python benchmarks/loading.py
	$(BIN)/python benchmarks/accuracy.py

# The wheel is built from the source distribution, so that shows that nothing is missing there.
dist: man
	$(PIP) build twine
	rm -rf build dist
	$(BIN)/python -m build --outdir dist .
	$(BIN)/twine check --strict dist/*

clean:
	rm -rf $(VENV) $(DEMO) $(BOUNDS_CACHE) docs/man .fuzz build dist *.egg-info .pytest_cache .hypothesis \
		.mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip is asked again only when the requirements change.
$(VENV)/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(PIP) --editable ".[test]"
	@touch $@

$(VENV)/installed-fuzz: $(VENV)/installed-test
	$(PIP) --editable ".[fuzz]" || echo "atheris has no wheel here: --engine random does without"
	@touch $@

$(VENV)/installed-bench: $(VENV)/installed-test
	$(PIP) --editable ".[bench]"
	@touch $@
