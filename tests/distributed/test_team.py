"""Training by several ranks, simulated in one process: exactness, learning, resuming."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import runs

from w2v_cli.config import TrainConfig
from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.distributed.communicator import Alone
from w2v_cli.distributed.curvature import N_DIRECTIONS, SLOPE, Curvature, slope_for
from w2v_cli.distributed.replicas import Replicas, rows_of_round
from w2v_cli.distributed.rounds import RoundPlan, borders_of, gain_of_few, words_of_round
from w2v_cli.distributed.simulated import simulate
from w2v_cli.errors import ConfigError, InputError, TrainingStopped
from w2v_cli.methods.base import Layout, Parameters, Shape
from w2v_cli.training.needs import training_memory
from w2v_cli.training.report import NeverStopping, Silence
from w2v_cli.training.request import Request, Saving
from w2v_cli.training.run import begin, run

pytestmark = pytest.mark.usefixtures("compiled")


def text(n_lines=600, seed=1):
    """Lines that each have one of four sets of words."""
    rng = np.random.default_rng(seed)
    topics = rng.integers(0, 4, n_lines)
    return "".join(
        " ".join(f"w{topic * 6 + word}" for word in rng.integers(0, 6, 12)) + "\n"
        for topic in topics
    )


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "corpus.txt").write_text(text())
    return tmp_path / "corpus.txt"


def asked(corpus, **more):
    options = {"min_count": 1, "dim": 8, "epochs": 3, "threads": 1, "window": 3}
    named = {name: more.pop(name) for name in list(more) if hasattr(TrainConfig, name)}
    config = TrainConfig(**options | named)
    return Request(config=config, paths=(str(corpus),), round_words=1000, **more)


def trained(size, request, stoppings=None):
    """The `Trained` of each of several ranks."""

    def work(communicator):
        own = begin(request.by(communicator))
        stopping = stoppings[communicator.rank] if stoppings else NeverStopping()
        return run(own, stopping=stopping)

    return simulate(size, work)


@pytest.mark.parametrize("options", [
    {}, {"loss": "hs"}, {"model": "cbow"}, {"threads": 2},
    {"min_n": 2, "max_n": 3, "buckets": 500},
    {"sample": 0.01, "share_negatives": 0},
])  # fmt: skip
@pytest.mark.parametrize("size", [2, 5])
def test_all_ranks_have_trained_everything_and_are_the_same(corpus, size, options):
    results = trained(size, asked(corpus, **options))
    n_tokens = len(corpus.read_text().split())
    [single] = [runs.trained(corpus, asked(corpus, **options).config, corpus.parent)]
    for each in results:
        assert each.training.tokens_processed == 3 * n_tokens
        assert each.words == single.words
        assert each.counts.tolist() == single.counts.tolist()
        for name, matrix in each.training.parameters:
            assert np.isfinite(matrix).all()
            first = results[0].training.parameters[name]
            assert matrix.tobytes() == first.tobytes() or options.get("threads") == 2
    assert sum(results[0].prepared.corpus.shares) == n_tokens


def test_words_of_a_topic_are_found_by_several_ranks(corpus):
    vectors = np.asarray(trained(4, asked(corpus, epochs=30))[0].vectors[:])
    words = trained(1, asked(corpus, epochs=1))[0].words
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    topics = np.array([int(word[1:]) // 6 for word in words])
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    assert (topics[cosines.argmax(axis=1)] == topics).all()


@pytest.mark.parametrize("content", ["a b c a b\n", "a b a\nb a b\n"])
def test_more_ranks_than_lines(tmp_path, content):
    (tmp_path / "corpus.txt").write_text(content)
    [*results] = trained(4, asked(tmp_path / "corpus.txt"))
    assert {each.training.tokens_processed for each in results} == {3 * len(content.split())}


def test_the_same_again(corpus):
    first, second = (trained(3, asked(corpus))[0].vectors[:] for _ in range(2))
    assert first.tobytes() == second.tobytes()


class Stopping(NeverStopping):
    """Asks for the end, or for another of its events, after some rounds."""

    def __init__(self, after, event="requested"):
        super().__init__()
        self._left, self._asked = after, getattr(self, event)

    def heeding(self, report):
        def heeded(stage, *args, **details):
            if stage == "train":
                self._left -= 1
                if self._left == 0:
                    self._asked.set()
            report(stage, *args, **details)

        return heeded


@pytest.mark.parametrize("after", [1, 5, 8, 15])
def test_going_on_is_as_never_stopping(corpus, tmp_path, after, monkeypatch):
    monkeypatch.setattr("w2v_cli.distributed.rounds.WHOLE_EVERY", 2)
    monkeypatch.setattr("w2v_cli.distributed.replicas.FIRST_ROWS", 4)
    straight = trained(2, asked(corpus))[0]
    folder = str(tmp_path / "saved")
    saving = Saving.asked(folder, "10m", None)
    with pytest.raises(TrainingStopped, match="stopped"):
        trained(2, asked(corpus, saving=saving), [Stopping(after), NeverStopping()])
    resumed = trained(2, asked(corpus, saving=Saving.asked(None, "10m", folder)))
    for each in resumed:
        assert each.vectors[:].tobytes() == straight.vectors[:].tobytes()
        assert each.training.losses == straight.training.losses


def test_who_asks_does_not_wait_for_a_whole_round(corpus, tmp_path, monkeypatch):
    """The checkpoint is that of the round under way, and what follows from it is the same twice."""
    monkeypatch.setattr("w2v_cli.training.team.URGENT_SECONDS", 0)
    folder = str(tmp_path / "saved")
    saving = Saving.asked(folder, "1h", None)
    with pytest.raises(TrainingStopped, match=r"after 0\.\d+ of 3 epochs"):
        trained(2, asked(corpus, saving=saving), [Stopping(3), NeverStopping()])
    resumed = trained(2, asked(corpus, saving=Saving.asked(None, "1h", folder)))
    n_tokens = len(corpus.read_text().split())
    assert resumed[1].training.tokens_processed == 3 * n_tokens
    other = Saving.asked(str(tmp_path / "other"), "1h", None)
    went_on = trained(
        2, asked(corpus, saving=other), [Stopping(3, "checkpoint_wanted"), NeverStopping()]
    )
    for each in (*resumed, *went_on):
        assert each.vectors[:].tobytes() == resumed[0].vectors[:].tobytes()


def test_without_checkpoints_the_end_is_at_the_next_round(corpus):
    with pytest.raises(TrainingStopped, match=r"after 0\.\d+ of 3 epochs"):
        trained(2, asked(corpus), [NeverStopping(), Stopping(2)])


def test_the_copy_for_merging_is_counted(corpus):
    [first, _] = trained(2, asked(corpus))
    corpus_of_two, config = first.prepared.corpus, first.prepared.settled
    parts = training_memory(len(first.words), config, corpus=corpus_of_two)
    copies = sum(matrix.nbytes for _, matrix in first.training.parameters)
    assert parts["copy for merging"] > copies


def test_memory_is_that_of_all_processes_of_a_machine(corpus, monkeypatch):
    monkeypatch.setattr("w2v_cli.training.space.available_memory", lambda: 60 << 20)
    told = [Told(), Told(), Told()]

    def work(communicator):
        run(begin(asked(corpus).by(communicator)), told[communicator.rank])

    simulate(3, work)
    assert "3 processes on" in " ".join(told[0].warnings)
    assert "each of 3 processes takes about" in " ".join(told[0].lines)


class Told(Silence):
    """Keeps what is told."""

    def __init__(self):
        self.lines, self.warnings, self.shares = [], [], []

    def __call__(self, stage, done, total, **details):
        if "communication" in details:
            self.shares.append(details["communication"])

    def say(self, message):
        self.lines.append(message)

    def warn(self, message):
        self.warnings.append(message)


def test_the_time_of_communication_is_told(corpus):
    told = [Told(), Told()]

    def work(communicator):
        return run(begin(asked(corpus).by(communicator)), told[communicator.rank])

    [trained_first, _] = simulate(2, work)
    assert told[0].shares[0] == 0
    assert all(0 < share < 1 for share in told[0].shares[1:])
    assert any("2 processes, " in line and "on waiting" in line for line in told[0].lines)
    facts = trained_first.prepared.corpus.facts
    assert facts["seconds_merging"] > 0
    assert facts["seconds_waiting"] > 0


def test_another_number_of_ranks_goes_on_between_epochs_alone(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("w2v_cli.distributed.rounds.WHOLE_EVERY", 2)
    n_rounds = -(-len(corpus.read_text().split()) // 1000)
    for place, number in (("middle", n_rounds + 2), ("end", n_rounds - 1)):
        saving = Saving.asked(str(tmp_path / place), "10m", None)
        with pytest.raises(TrainingStopped):
            trained(2, asked(corpus, saving=saving), [Stopping(number), NeverStopping()])
    resuming = {"saving": Saving.asked(None, "10m", str(tmp_path / "middle"))}
    with pytest.raises(ConfigError, match="middle of an epoch by 2 processes"):
        trained(3, asked(corpus, **resuming))
    resuming = {"saving": Saving.asked(None, "10m", str(tmp_path / "end"))}
    n_tokens = len(corpus.read_text().split())
    assert trained(3, asked(corpus, **resuming))[0].training.tokens_processed == 3 * n_tokens


@pytest.mark.parametrize("options, message", [
    ({"model": "glove"}, "distributed.* is of skipgram and cbow"),
    ({"ensemble": 2}, "exclude each other"),
])  # fmt: skip
def test_what_one_process_alone_can_do(corpus, options, message):
    with pytest.raises(ConfigError, match=message):
        trained(2, asked(corpus, **options))


def test_other_options_are_refused(corpus):
    def work(communicator):
        request = asked(corpus, dim=8 + communicator.rank)
        run(begin(request.by(communicator)))

    with pytest.raises(ConfigError, match=r"process 1 has .*dim.*9.* process 0 .*8"):
        simulate(2, work)


def test_an_empty_text_is_told(tmp_path):
    (tmp_path / "empty.txt").write_text("\n\n")
    with pytest.raises(InputError, match="empty"):
        trained(2, asked(tmp_path / "empty.txt"))


def test_remarks_are_those_of_the_whole_text(tmp_path):
    """What is wrong is in the share of the last."""
    (tmp_path / "bad.txt").write_bytes(b"a b c a b c\n" * 900 + b"a \xff\xfe b\n" * 90)
    request = asked(tmp_path / "bad.txt", epochs=1)
    alone, told = Told(), [Told(), Told(), Told()]
    run(begin(request), alone)
    simulate(3, lambda each: run(begin(request.by(each)), told[each.rank]))
    assert "first in line 901 of" in alone.warnings[0]
    assert told[0].warnings == alone.warnings
    assert told[2].warnings == []


def test_words_that_do_not_occur(corpus):
    given = Vocabulary(["other", "words"], np.array([2, 1]))
    with pytest.raises(InputError, match="no word of the given vocabulary occurs"):
        trained(2, asked(corpus, vocabulary=given))


def test_an_encoded_corpus_is_shared_out(corpus, tmp_path, w2v):
    archive = tmp_path / "corpus.w2vc"
    assert w2v("encode", corpus, "-o", archive, "--min-count", 1).returncode == 0
    [first, *_] = trained(3, asked(archive))
    assert first.training.tokens_processed == 3 * len(corpus.read_text().split())


# How copies are put together.


def merged(changes, uses, lr, n_rows=None, others=None, n_threads=1):
    """What ranks that have made changes (n, rows, dim) have in the end, each with its uses.

    The rows are trained against ``others`` (rows, dim), which are as often used; None: against
    some of length 3, each in a direction of its own.
    """
    n_rows_all, dim = changes.shape[1:]
    if others is None:
        others = 3 * np.eye(n_rows_all, dim)

    def work(communicator):
        shape = Shape(Layout(n_words=n_rows_all), dim)
        parameters = Parameters({"rows": shape, "others": shape}, "rows", "others")
        parameters["others"][:] = others
        counts = np.ones(n_rows_all, dtype=np.int64)
        replicas = Replicas(
            communicator, parameters, counts, lambda words: {"rows": words, "others": words},
            n_threads=n_threads,
        )  # fmt: skip
        change = changes[communicator.rank]
        parameters["rows"][:] = change
        ids = np.repeat(np.arange(len(change)), uses[communicator.rank])
        replicas.note(ids.astype(np.int32))
        replicas.merge(lr, communicator.gather(replicas.look()), n_rows)
        return parameters["rows"].copy()

    return simulate(len(changes), work)


def test_rare_rows_are_added_up_and_frequent_ones_averaged():
    changes = np.full((2, 2, 2), 0.1, dtype=np.float32)
    changes[1] *= 2
    uses = [[1, 1_000_000], [1, 3_000_000]]
    for rows in merged(changes, uses, lr=0.01):
        assert rows[0] == pytest.approx(0.3, rel=0.01)
        assert rows[1] == pytest.approx((0.1 + 3 * 0.2) / 4, rel=0.01)


def test_what_is_learnt_fast_is_averaged_and_what_is_learnt_slowly_added_up():
    others = np.array([[5, 0.001], [5, -0.001]])
    changes = np.full((4, 2, 2), 0.1, dtype=np.float32)
    for rows in merged(changes, [[1000, 1000]] * 4, lr=0.025, others=others):
        assert rows[:, 0] == pytest.approx(0.1, rel=0.01)
        assert rows[:, 1] == pytest.approx(0.4, rel=0.01)


@settings(max_examples=25)
@given(
    st.floats(0.001, 10),
    st.floats(0.001, 1),
    st.lists(st.integers(1, 5000), min_size=2, max_size=5),
)
def test_ranks_together_go_as_far_as_one_would(length, lr, uses):
    """Towards an optimum at 1, when each rank goes as far as its uses take it."""
    pull = SLOPE * length**2 * lr
    changes = -np.expm1(-pull * np.array(uses, dtype=np.float64)).reshape(-1, 1, 1)
    expected = -np.expm1(-pull * sum(uses))
    for rows in merged(changes.astype(np.float32), [[n] for n in uses], lr, others=[[length]]):
        assert rows.item() == pytest.approx(expected, rel=1e-3)


def test_threads_merge_as_one_does(monkeypatch):
    monkeypatch.setattr("w2v_cli.distributed.replicas.ROWS_BYTES", 200)
    rng = np.random.default_rng(1)
    changes = rng.normal(size=(2, 50, 5)).astype(np.float32)
    others = rng.normal(size=(50, 5))
    uses = rng.integers(0, 900, (2, 50))
    one, several = (
        merged(changes, uses, 0.05, others=others, n_threads=n_threads)[0] for n_threads in (1, 3)
    )
    assert one.tobytes() == several.tobytes()


def test_a_row_that_nobody_used_stays():
    changes = np.zeros((3, 1, 2), dtype=np.float32)
    for rows in merged(changes, [[0]] * 3, lr=0.05):
        assert not rows.any()


def test_only_the_first_rows_are_merged():
    changes = np.stack([np.full((4, 2), rank + 1, dtype=np.float32) * 0.1 for rank in range(2)])
    first, second = merged(changes, [[1] * 4] * 2, lr=1e-6, n_rows=2)
    assert first[:2] == pytest.approx(0.3)
    assert second[:2] == pytest.approx(0.3)
    assert first[2:] == pytest.approx(0.1)
    assert second[2:] == pytest.approx(0.2)


def test_a_row_that_would_run_away_gets_a_mean():
    changes = np.full((4, 1, 2), 5, dtype=np.float32)
    for rows in merged(changes, [[1]] * 4, lr=1e-6):
        assert rows == pytest.approx(5, rel=1e-3)


def test_directions_are_those_of_the_largest_moments():
    rng = np.random.default_rng(3)
    dim, n_rows = 12, 300
    axes = np.linalg.qr(rng.normal(size=(dim, dim)))[0]
    lengths = 2.0 ** -np.arange(dim)
    rows = (rng.normal(size=(n_rows, dim)) * lengths) @ axes.T
    uses = rng.integers(1, 50, n_rows).astype(np.float64)
    shape = Shape(Layout(n_words=n_rows), dim)
    parameters = Parameters({"rows": shape, "others": shape}, "rows", "others")
    parameters["others"][:] = rows
    curvature = Curvature(Alone(), parameters, {"rows": uses, "others": 6 * uses})
    for _ in range(20):
        pull = curvature.look()["rows"]
    moment = (rows * uses[:, None]).T @ rows / uses.sum()
    values = np.linalg.eigvalsh(moment)
    # A row of the one is trained against six of the other at once.
    assert np.sort(pull.along) == pytest.approx(6 * SLOPE * values[-N_DIRECTIONS:], rel=1e-3)
    assert pull.rest == pytest.approx(6 * SLOPE * values[:-N_DIRECTIONS].mean(), rel=1e-3)
    assert pull.directions @ pull.directions.T == pytest.approx(np.eye(N_DIRECTIONS), abs=1e-5)


def test_every_row_has_its_turn():
    rows = [rows_of_round(number) for number in range(1, 9)]
    assert rows == [1024, 2048, 1024, 4096, 1024, 2048, 1024, 8192]


def test_rates_of_rounds_are_the_same_everywhere():
    config = TrainConfig(epochs=2, lr=0.05)
    plan = RoundPlan(None, 10_000, config, borders_of(10_000, 2, 1000, 4))
    assert len(plan) == 20
    assert plan.lr(0) == 0.05
    assert plan.lr(10) == pytest.approx(0.025)
    assert plan.chunks(3) == []


@given(st.integers(1, 10**7), st.integers(1, 4), st.integers(1000, 10**6), st.integers(1, 40))
def test_rounds_end_where_epochs_do(n_tokens, epochs, words, n_ranks):
    borders = np.array(borders_of(n_tokens, epochs, words, n_ranks))
    assert borders[0] == 0
    assert borders[-1] == n_tokens * epochs
    lengths = np.diff(borders)
    assert lengths.min() > 0
    assert lengths.max() <= words
    assert set(np.arange(epochs + 1) * n_tokens) <= set(borders.tolist())


def test_rounds_are_short_at_first():
    lengths = np.diff(borders_of(10**7, 1, 200_000, 8))
    assert lengths[0] == pytest.approx(10_000, rel=0.1)
    assert lengths[-1] == pytest.approx(200_000, rel=0.2)
    assert (lengths[1:] >= lengths[:-1] * 0.9).all()


def test_few_ranks_have_longer_rounds():
    """Their sum goes less far beyond where all are pulled: two never run away."""
    gains = [gain_of_few(n_ranks) for n_ranks in (2, 3, 8, 1000)]
    assert gains == pytest.approx([np.inf, 1.648, 1.151, 1.001], rel=1e-3)
    for n_ranks, gain in zip((3, 8, 1000), gains[1:], strict=True):
        assert n_ranks * -np.expm1(-2 * gain / n_ranks) == pytest.approx(2)
    lengths = [words_of_round(10**8, 1, n_ranks) for n_ranks in (2, 3, 8)]
    assert lengths == sorted(lengths, reverse=True)
    assert words_of_round(10**8, 1, 8) == pytest.approx(10**6, rel=0.01)
    assert words_of_round(10**12, 1, 2) == 16_000_000


def test_turns_of_rows_begin_anew_where_all_were_merged(monkeypatch):
    monkeypatch.setattr("w2v_cli.distributed.rounds.WHOLE_EVERY", 4)
    plan = RoundPlan(None, 10_000, TrainConfig(epochs=2), borders_of(10_000, 2, 1000, 4))
    assert [plan.since_whole(number) for number in range(14)] == [
        *(1, 2, 3, 4), *(1, 2, 3, 4), *(1, 2), *(1, 2), *(1, 2),
    ]  # fmt: skip
    assert [plan.first_of_epoch(epoch) for epoch in range(3)] == [0, 10, 20]


def test_many_processes_take_shorter_steps():
    slopes = [slope_for(n_ranks) for n_ranks in (1, 2, 8, 16, 32, 64)]
    assert slopes == pytest.approx([SLOPE, SLOPE, SLOPE, 0.1, 0.12, 0.14])
