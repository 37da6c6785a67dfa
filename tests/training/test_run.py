"""Training from text to vectors in this process: exactness, learning, and what goes wrong."""

import threading
import time

import numpy as np
import pytest
from support import runs

from w2v_cli.config import TrainConfig
from w2v_cli.errors import TrainingError
from w2v_cli.machine.threads import Background, Numbers, in_threads
from w2v_cli.methods import schedule
from w2v_cli.methods.base import Parameters
from w2v_cli.training.prepare import Prepared
from w2v_cli.training.report import NeverStopping
from w2v_cli.training.run import train

pytestmark = pytest.mark.usefixtures("compiled")


def lines_of(n_lines, seed, n_words=40):
    rng = np.random.default_rng(seed)
    return "".join(
        " ".join(f"w{number}" for number in rng.integers(0, n_words, rng.integers(0, 20))) + "\n"
        for _ in range(n_lines)
    )


TEXTS = {
    "lines": lines_of(1000, seed=1),
    "no final newline": lines_of(1, seed=2) + "no final newline",
    "empty lines": "\n\na b\n\n\nb a\n\n",
    "one line": "a " * 30_011 + "a",
    "tiny": "a b c\n" * 3,
    "one word": "lonely lonely",
    "mixed": "a b " * 5000 + "\n" + "c d\n" * 997,
}


@pytest.fixture
def trained(tmp_path):
    """Train on a text; returns the finished run."""

    def train(text, progress=None, **options):
        (tmp_path / "corpus.txt").write_text(text)
        config = TrainConfig(**{"min_count": 1, "dim": 4} | options)
        return runs.trained(tmp_path / "corpus.txt", config, tmp_path, progress)

    return train


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("model", ["skipgram", "cbow"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_token_is_trained_in_every_epoch(trained, text, model, threads):
    stats = trained(text, model=model, threads=threads, epochs=3).statistics(0)
    n_tokens = len(text.split())
    assert stats["tokens_read"] == stats["tokens_in_vocab"] == n_tokens
    assert stats["tokens_processed"] == 3 * n_tokens
    assert stats["sentences"] == sum(bool(line.split()) for line in text.split("\n"))


@pytest.mark.parametrize("threads", [1, 4])
def test_words_left_out_do_not_count(trained, threads):
    text = "a b rare1 a\nrare2\n" * 1 + "a b\n" * 2000
    stats = trained(text, threads=threads, min_count=2, epochs=2).statistics(0)
    assert stats["tokens_read"] == 4005
    assert stats["tokens_in_vocab"] == 4003
    assert stats["tokens_processed"] == 8006
    assert stats["sentences"] == 2001


def test_all_threads_see_the_same_pairs(trained):
    """Random numbers belong to chunks, not to threads."""
    pairs = {
        threads: trained(TEXTS["lines"], threads=threads).training.pairs_trained
        for threads in (1, 2, 5)
    }
    assert len(set(pairs.values())) == 1, pairs


def test_pairs_of_a_fixed_window(trained):
    """Five words, window 2: 2+3+4+3+2 pairs; CBOW has a bag for each word."""
    options = {"window": 2, "fixed_window": True, "sample": 0.0, "epochs": 1}
    assert trained("a b c d e", **options).training.pairs_trained == 14
    assert trained("a b c d e", model="cbow", **options).training.pairs_trained == 5


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
def test_the_whole_sentence_is_a_window_that_reaches_its_ends(trained, model):
    """No half-width is drawn: the words of a line all meet, and no others do."""
    rng = np.random.default_rng(3)
    lines = [" ".join(f"w{n}" for n in rng.integers(0, 50, size)) for size in (2, 150, 300, 7)]
    options = {"model": model, "sample": 0.0, "epochs": 1, "min_count": 1}
    whole = trained("\n".join(lines), window="sentence", **options).training
    pairs = 459 if model == "cbow" else 2 * 1 + 150 * 149 + 300 * 299 + 7 * 6
    assert whole.pairs_trained == pairs
    long = trained("\n".join(lines), window=299, fixed_window=True, **options).training
    assert np.array_equal(whole.parameters.vectors, long.parameters.vectors)
    cut = trained("\n".join(lines), window="sentence", max_sentence=100, **options).training
    parts = (2, 100, 50, 100, 100, 100, 7)
    assert cut.pairs_trained == (459 if model == "cbow" else sum(n * (n - 1) for n in parts))


def test_windows_do_not_cross_lines_or_cut_sentences(trained):
    options = {"window": 5, "fixed_window": True, "sample": 0.0, "epochs": 1}
    assert trained("a b\n" * 10, **options).training.pairs_trained == 20
    assert trained("a b " * 10, max_sentence=2, **options).training.pairs_trained == 20


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
@pytest.mark.parametrize("threads", [1, 2])
def test_two_topics_stay_apart(trained, model, threads):
    """Two sets of words that never meet: every near neighbor is of the same set."""
    rng = np.random.default_rng(4)
    topics = rng.choice(["cat", "dog"], 3000)
    lines = [" ".join(f"{topic}{n}" for n in rng.integers(0, 20, 12)) for topic in topics]
    run = trained("\n".join(lines), model=model, threads=threads, dim=20)
    vectors = run.training.parameters.vectors
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit.T
    kind = np.array([word[:3] for word in run.prepared.vocabulary.words])
    same = kind[:, None] == kind[None, :]
    assert cosines[same].min() > cosines[~same].max()


def test_progress_is_told(trained):
    seen = []
    trained(TEXTS["lines"], lambda stage, done, total, **more: seen.append((stage, done, total)))
    stages = [stage for stage, _, _ in seen if stage != "compile"]
    assert set(stages) == {"train"}
    done = [done for stage, done, _ in seen if stage == "train"]
    assert done == sorted(done)
    assert done[-1] == seen[-1][2] == TrainConfig().epochs * len(TEXTS["lines"].split())


def test_a_lost_chunk_is_an_error(trained, monkeypatch):
    """The check that the amount of training is exact can fail."""
    monkeypatch.setattr(schedule.TextSchedule, "__len__", lambda self: 1)
    with pytest.raises(TrainingError, match=r"tokens were trained instead of \d+"):
        trained(TEXTS["mixed"])


def test_vectors_that_overflow_are_an_error(trained, monkeypatch):
    monkeypatch.setattr(Parameters, "is_finite", lambda self: False)
    with pytest.raises(TrainingError, match=r"overflowed.* 0\.02 is too high.*lr=[0-9.]+$"):
        trained("a b c", lr=0.02)


def test_an_error_in_a_thread_reaches_the_caller():
    def fail(number):
        if number == 5:
            raise ValueError("from a thread")
        return number

    before = threading.active_count()
    with pytest.raises(ValueError, match="from a thread"):
        list(in_threads(fail, range(1000), 3))
    assert threading.active_count() == before


def test_stopping_early_ends_the_threads():
    def work(number):
        time.sleep(0.001)
        return number

    before = threading.active_count()
    results = in_threads(work, range(100_000), 3)
    next(results)
    results.close()
    assert threading.active_count() == before


def test_one_thread_works_in_order():
    assert list(in_threads(lambda number: number, range(50), 1)) == list(range(50))


@pytest.mark.parametrize("n_threads", [1, 3])
def test_numbers_go_on_after_a_pause_where_they_ended(n_threads):
    numbers = Numbers(5, 60)
    seen = []
    while numbers.next < 60:
        for number in in_threads(lambda number: number, numbers, n_threads):
            seen.append(number)
            numbers.pause()
        assert sorted(seen) == list(range(5, numbers.next)), "what has begun is finished"
    assert sorted(seen) == list(range(5, 60))


def test_the_digest_computed_while_training_is_that_of_the_corpus(tmp_path):
    digests = set()
    for seed, before in [(1, True), (1, False), (2, True)]:
        path = tmp_path / f"{seed}.txt"
        path.write_text(lines_of(1000, seed))
        prepared = runs.prepared(path, TrainConfig(min_count=1, dim=4, epochs=1), tmp_path)
        if before:
            digests.add(prepared.digest())
        run = train(prepared, runs.Told(None), NeverStopping())
        assert prepared.digest() == run.provenance()["corpus_digest"]
        digests.add(prepared.digest())
    assert len(digests) == 2


def test_a_call_in_the_background_is_done_meanwhile_and_can_be_ended():
    started = threading.Event()

    def wait(stop):
        started.set()
        assert stop.wait(60)
        return "ended"

    call = Background(wait)
    assert started.wait(60)
    call.end()
    assert call.result() == "ended"
    failing = Background(lambda stop: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        failing.result()
    failing.end()


def test_training_that_fails_does_not_wait_for_the_digest(tmp_path, monkeypatch):
    path = tmp_path / "corpus.txt"
    path.write_text(lines_of(1000, 1))
    prepared = runs.prepared(path, TrainConfig(min_count=1, dim=4, epochs=1), tmp_path)
    monkeypatch.setattr(Prepared, "compute_digests", lambda self, stop: stop.wait(60))

    def progress(*_, **__):
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        train(prepared, runs.Told(progress), NeverStopping())
    assert time.monotonic() - started < 50
