"""What threads share while training: rows of the matrices, on purpose, and nothing else.

That rows are written without locks is the method (Niu et al. 2011, "Hogwild!"). Everything else
that a thread writes has to be its own.
"""

import signal
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from support.guardpages import read_only

from w2v_cli.config import TrainConfig
from w2v_cli.corpus.tokens import SENTENCE_END
from w2v_cli.kernels import Worker, train_chunk
from w2v_cli.machine.threads import in_threads
from w2v_cli.methods.base import new_parameters
from w2v_cli.methods.registry import method_of
from w2v_cli.methods.word2vec.tables import make_tasks

pytestmark = pytest.mark.usefixtures("compiled")
THREADS = 4
N_WORDS = 300  # more than have copies
SHARED_FIELDS = {"inputs", "outputs"}
SHARED_TABLES = ["keep", "negatives", "path_starts", "path_nodes", "path_signs"]

every_model = pytest.mark.parametrize("model", ["skipgram", "cbow"])
every_loss = pytest.mark.parametrize("loss", ["ns", "hs", "softmax"])
frozen_or_not = pytest.mark.parametrize("freeze", [False, True], ids=["all", "frozen"])


def make_workers(model, loss, freeze=False, threads=THREADS, window=4):
    """(a model of random numbers, its tasks, its workers) as `trainer.train_model` has them."""
    config = TrainConfig(
        model=model,
        loss=loss,
        dim=12,
        window=window,
        sample=0.01,
        threads=threads,
        min_count=1,
        lr=0.025,
        negative=5,
    )
    counts = np.sort(np.random.default_rng(2).integers(1, 500, N_WORDS))[::-1].astype(np.int64)
    method = method_of(config)
    numbers = new_parameters(method, N_WORDS, config, freeze)
    numbers.vectors[:] = np.random.default_rng(3).normal(scale=0.5, size=numbers.vectors.shape)
    numbers.context_vectors[:] = numbers.vectors[::-1]
    frozen = np.arange(N_WORDS) % 3 == 0 if freeze else None
    tasks = make_tasks(numbers, method.tables(counts, config), config)
    return numbers, tasks, [Worker(task, frozen) for task in tasks]


def random_ids(seed, n_tokens):
    ids = np.random.default_rng(seed).integers(0, N_WORDS, n_tokens).astype(np.int32)
    ids[19::20] = SENTENCE_END
    return ids


def arrays_of(value):
    """(name, array) of all arrays in the arguments of a kernel."""
    for name, item in value._asdict().items():
        if isinstance(item, np.ndarray):
            yield name, item


def matrices_of(task):
    return task.inputs, task.outputs


def losses_side_by_side(workers, chunks):
    """The loss of each chunk, where each thread takes the next chunk that there is."""
    idle = list(workers)

    def train(number):
        worker = idle.pop()
        try:
            return number, worker.train(chunks[number], 0.0, number)
        finally:
            idle.append(worker)

    return dict(in_threads(train, iter(range(len(chunks))), len(workers)))


@every_model
@every_loss
@frozen_or_not
def test_threads_side_by_side_compute_what_one_does(model, loss, freeze):
    """With a learning rate of 0 the rows stay as they are; what else threads share would show."""
    n_tokens = 400 if loss == "softmax" else 4000
    chunks = [random_ids(seed, n_tokens) for seed in range(40)]
    *_, alone = make_workers(model, loss, freeze, threads=1)
    expected = {number: alone[0].train(ids, 0.0, number) for number, ids in enumerate(chunks)}
    numbers, _, workers = make_workers(model, loss, freeze)
    before = [matrix.copy() for _, matrix in numbers]
    assert losses_side_by_side(workers, chunks) == expected
    for (_, matrix), start in zip(numbers, before, strict=True):
        np.testing.assert_array_equal(matrix, start)


def test_threads_that_share_random_numbers_are_noticed():
    """Which shows that the test above can fail: one array of eight bytes is enough."""
    chunks = [random_ids(seed, 4000) for seed in range(40)]
    _, _, workers = make_workers("skipgram", "ns")
    expected = {number: workers[0].train(ids, 0.0, number) for number, ids in enumerate(chunks)}
    work = workers[0].arguments(chunks[0], 0.0, 0)[2]
    for worker in workers[1:]:
        worker._work = worker._work._replace(random=work.random)
    assert any(losses_side_by_side(workers, chunks) != expected for _ in range(100))


@every_model
@every_loss
def test_workers_have_no_memory_in_common(model, loss):
    _, tasks, workers = make_workers(model, loss, freeze=True)
    works = [worker.arguments(np.zeros(0, np.int32), 0.0, 0)[2] for worker in workers]
    for one in range(THREADS):
        for other in range(one):
            for name, array in arrays_of(works[one]):
                if name not in SHARED_FIELDS:
                    for _, elsewhere in arrays_of(works[other]):
                        assert not np.shares_memory(array, elsewhere), name
            pairs = zip(matrices_of(tasks[one]), matrices_of(tasks[other]), strict=True)
            assert not any(np.shares_memory(own.base, foreign.base) for own, foreign in pairs)


@every_model
@every_loss
@frozen_or_not
@pytest.mark.parametrize(("window", "n_tokens"), [(4, 20_000), ("sentence", 900)])
def test_the_rows_of_other_threads_are_neither_read_nor_written(
    model, loss, freeze, window, n_tokens
):
    """They are made NaN: one that is read spreads, one that is written is NaN no more."""
    numbers, tasks, workers = make_workers(model, loss, freeze, window=window)
    own = tasks[1]
    n_hot = len(own.inputs.base)
    syn0, syn1 = numbers.rows("syn0"), numbers.rows("syn1")
    foreign = np.arange(len(syn0)) >= N_WORDS
    foreign[own.inputs.private_start : own.inputs.private_start + n_hot] = False
    n_spare = own.spare_start - tasks[0].spare_start
    foreign[own.spare_start : own.spare_start + n_spare] = False
    assert foreign.sum() == (THREADS - 1) * (n_hot + n_spare) > 0
    bag = 16 if model == "skipgram" else 999
    assert n_spare == freeze * (8 if window == 4 else bag)
    ids = random_ids(1, n_tokens)
    if window == "sentence":
        ids = np.abs(ids)  # its ends are words
    for matrix in (syn0, syn1):
        matrix[foreign[: len(matrix)]] = np.nan
    for number, task in enumerate(tasks):
        if number != 1:
            for shared in matrices_of(task):
                shared.base[:] = np.nan
    before = syn0.copy()
    assert np.isfinite(workers[1].train(ids, 0.01, 5)[2])
    workers[1].merge()
    for matrix in (syn0, syn1):
        assert np.isnan(matrix[foreign[: len(matrix)]]).all()
        assert np.isfinite(matrix[~foreign[: len(matrix)]]).all()
    changed = (syn0 != before).any(axis=1)
    assert changed[own.inputs.private_start : own.inputs.private_start + n_hot].any()
    assert changed[:N_WORDS].any()


@every_model
@every_loss
@frozen_or_not
def test_what_all_threads_read_is_never_written(model, loss, freeze):
    """It is on pages that must not be written: whoever does is killed."""
    _, _, workers = make_workers(model, loss, freeze)
    ids, task, work, *kind, frozen, outputs_stay, ring, lr, seed = workers[0].arguments(
        random_ids(1, 2000), 0.01, 5
    )
    task = task._replace(**{name: read_only(getattr(task, name)) for name in SHARED_TABLES})
    for name in SHARED_FIELDS:
        shared = getattr(task, name)
        task = task._replace(**{name: shared._replace(weights=read_only(shared.weights))})
    if freeze:
        frozen = read_only(frozen)
    n_tokens, n_pairs, _ = train_chunk(
        read_only(ids), task, work, *kind, frozen, outputs_stay, ring, lr, seed
    )
    assert n_tokens == 1900
    assert n_pairs > 500


def test_writing_there_kills_the_process():
    """Which shows that the test above can fail."""
    code = (
        "import numpy as np\n"
        "from support.guardpages import read_only\n"
        "array = read_only(np.arange(5))\n"
        "print(array.sum(), flush=True)\n"
        "array[2] = 1\n"
    )
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT / "tests")
    assert (run.returncode, run.stdout) == (-signal.SIGSEGV, "10\n")
