# make demo   trains on the samples and shows what vectors and a classifier know
# make test   runs the tests; make lint checks the style and types; make man writes manual pages
# make dist   builds the wheel and the source distribution into dist/, and checks them
# make models compares all models on one text, and writes docs/models.md
# make table  trains RNNLM, NNLM, CBOW and skip-gram on one text, and writes into docs/why-word2vec.md
# make tutorial runs the tutorial's commands and writes what they print
# make test-kernels tests the kernels with the instructions of other processors, and without any
# make test-releases tests the oldest and the newest libraries that are allowed, for each Python
# make test-bounds checks all places in arrays of compiled code; make fuzz feeds wrong files to readers
# Everything is installed into .venv by the first target that needs it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
DEMO := .demo
BOUNDS_CACHE := .bounds
KERNELS_CACHE := .kernels
KERNEL_CHOICES := simd simd4 simd8 simd16 portable
KERNEL_TESTS := tests/kernels/test_vector.py tests/kernels/test_kernels.py
# One of each width of vectors. Numba gives LLVM the instructions of this machine beside the name, so
# that only what can run is made: without AVX-512 the last one is 8 floats wide.
PROCESSORS := $(if $(filter x86_64,$(shell uname -m)),nehalem haswell skylake-avx512,generic)
# As Python the kernels are slow: a few tests of all parts.
UNCOMPILED_TESTS := twice or random_numbers or without_a_pair or tiny or extreme or (hot and 5-)
FUZZ_RUNS := 1000000
COMPILED_TESTS := tests/kernels tests/corpus tests/pooling tests/formats/test_text_parsing.py \
	tests/formats/test_number_rows.py tests/training/test_trainer.py

.PHONY: all demo man models table tutorial test test-long test-kernels test-releases test-bounds \
	fuzz lint format bench dist clean
.DEFAULT_GOAL := all

all: lint test

demo: $(VENV)/installed
	@mkdir -p $(DEMO)
	$(BIN)/w2v train data/sample.txt -o $(DEMO)/vectors.bin
	$(BIN)/w2v evaluate-analogies $(DEMO)/vectors.bin data/sample-questions.txt
	$(BIN)/w2v neighbors $(DEMO)/vectors.bin -k 5 france quickly "king - man + woman"
	$(BIN)/w2v classify train data/sample-opinions.txt -o $(DEMO)/opinions.bin
	$(BIN)/w2v classify test $(DEMO)/opinions.bin data/sample-opinions-test.txt
	head -1 data/sample-opinions-test.txt | $(BIN)/w2v classify explain $(DEMO)/opinions.bin -k 4
	@echo "w2v is in $(BIN). Try: $(BIN)/w2v neighbors $(DEMO)/vectors.bin rome" >&2

# Made from the help, so not kept in the repository.
man: $(VENV)/installed
	$(BIN)/w2v man --all -o docs/man

tutorial: $(VENV)/installed-test
	$(BIN)/python docs/make_tutorial.py

# Takes half an hour; PAIRS names more sets of pairs than are beside the repository.
models: $(VENV)/installed-test
	$(BIN)/python benchmarks/models.py --seeds 2 $(if $(PAIRS),--pairs $(PAIRS)) \
		--page docs/models.md --picture docs/models.svg

# The sample takes a minute. wiki_17m, where it lies beside the repository, takes an hour or two; TABLE has
# more options for it.
table: $(VENV)/installed-test
	$(BIN)/python benchmarks/classic_table.py --sample --threads 1 \
		--page docs/why-word2vec.md --picture docs/why-word2vec-sample.svg
	if [ -f ../shared/data/wiki_17m.txt.xz ]; then $(BIN)/python benchmarks/classic_table.py \
		--page docs/why-word2vec.md --picture docs/why-word2vec.svg $(TABLE); fi

test: $(VENV)/installed-test
	@echo "the tests take some minutes" >&2
	$(BIN)/python -m pytest --numprocesses auto -m "not long"

test-long: $(VENV)/installed-test
	$(BIN)/python -m pytest

# The kernels with other instructions than those of this machine. Each run says which it used.
test-kernels: export NUMBA_CACHE_DIR := $(CURDIR)/$(KERNELS_CACHE)
test-kernels: PYTEST := $(BIN)/python -m pytest --numprocesses auto -m "not long" --no-summary
test-kernels: $(VENV)/installed-test
	for choice in $(KERNEL_CHOICES); do \
		W2V_KERNELS=$$choice $(PYTEST) $(KERNEL_TESTS) || exit 1; \
	done
	for processor in $(PROCESSORS); do \
		NUMBA_CPU_NAME=$$processor $(PYTEST) $(KERNEL_TESTS) || exit 1; \
	done
	NUMBA_DISABLE_JIT=1 $(PYTEST) tests/kernels/test_kernels.py -k "$(UNCOMPILED_TESTS)"

# Takes long, and installs a lot; PYTHONS names some Pythons instead of all that are there.
test-releases:
	$(PYTHON) tests/releases.py $(PYTHONS)

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
	rm -rf $(VENV) $(DEMO) $(BOUNDS_CACHE) $(KERNELS_CACHE) docs/man .fuzz build dist *.egg-info .pytest_cache .hypothesis \
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
