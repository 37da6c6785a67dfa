"""Going on from old vectors: what starts where, what stays, and what is written."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import runs
from support.compiling_once import one_at_a_time
from support.parameters import untrained
from test_checkpoint import Trainee
from test_trainer import LOSSES, MODELS, corpus_file  # noqa: F401 - a fixture

from w2v_cli.config import TrainConfig
from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import ConfigError, InputError, TrainingStopped
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.training.request import Request
from w2v_cli.training.run import begin
from w2v_cli.training.warmstart import Join, OldVectors

DIM = 8
KNOWN = [f"w{number}" for number in range(0, 24, 2)]
"""Half of the words of the topics."""

pytestmark = pytest.mark.usefixtures("compiled")


@pytest.fixture(scope="module", autouse=True)
def compiled_to_freeze(compiled, corpus_file, tmp_path_factory):  # noqa: F811
    """Only one of several workers compiles the kernels that keep rows; the others load them."""
    folder = tmp_path_factory.mktemp("ids")
    with one_at_a_time(tmp_path_factory, "to-freeze"):
        for loss in ("ns", "softmax"):
            config = TrainConfig(loss=loss, dim=DIM, epochs=1, min_count=1)
            old = OldVectors(old_embeddings())
            runs.trained(corpus_file, config, folder, old=old, freeze="inputs")
            old = OldVectors(old_embeddings(context=True))
            runs.trained(corpus_file, config, folder, old=old, freeze="outputs")


def old_embeddings(words=(*KNOWN, "gone"), counts=None, context=False, seed=0):
    """Random vectors of old words; some numbers are -0, which differs from 0 in one bit."""
    rng = np.random.default_rng(seed)
    matrices = rng.normal(scale=0.1, size=(2, len(words), DIM)).astype(np.float32)
    matrices[:, 0] = -0.0
    matrices[:, :, 3] = -0.0
    counts = None if counts is None else np.array(counts, dtype=np.int64)
    extra = {"context": matrices[1]} if context else {}
    return Embeddings(list(words), matrices[0], counts=counts, **extra)


@pytest.fixture
def trained(corpus_file, tmp_path):  # noqa: F811
    """Train on the topics from old vectors; returns the finished run."""

    def train(old, freeze=None, **options):
        config = TrainConfig(
            **{"min_count": 1, "dim": DIM, "sample": 0.0, "vectors": "input"} | options
        )
        old = None if old is None else OldVectors(old)
        return runs.trained(corpus_file, config, tmp_path, old=old, freeze=freeze)

    return train


def rows_of(run, words, context=False):
    """The results' rows of some words: ndarray."""
    index = {word: row for row, word in enumerate(run.words)}
    rows = (run.context_vectors if context else run.vectors)[0 : len(run.words)]
    return rows[[index[word] for word in words]]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("threads", [1, 3])
def test_frozen_vectors_stay_to_the_last_bit(trained, model, loss, threads):
    """With threads the rows of frequent words have copies: here all words are frequent."""
    old = old_embeddings()
    run = trained(old, freeze="inputs", model=model, loss=loss, threads=threads)
    assert rows_of(run, old.words).tobytes() == old.vectors.tobytes()
    start = untrained(len(run.prepared.vocabulary), DIM).vectors
    new = [row for row, word in enumerate(run.prepared.vocabulary.words) if word not in KNOWN]
    assert len(new) == 12
    assert (run.training.parameters.vectors[new] != start[new]).all()
    assert (np.abs(run.training.parameters.context_vectors).max(axis=1) > 0).sum() >= 22
    assert run.training.losses[-1] < run.training.losses[0]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("loss", LOSSES)
def test_freezing_no_word_of_the_text_is_not_freezing(trained, model, loss):
    old = old_embeddings(["elsewhere"])
    free, frozen = (trained(old, freeze, model=model, loss=loss) for freeze in (None, "inputs"))
    assert np.array_equal(free.training.parameters.vectors, frozen.training.parameters.vectors)
    assert free.training.losses == frozen.training.losses


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("loss", ["ns", "softmax"])
@pytest.mark.parametrize("threads", [1, 3])
def test_frozen_outputs_stay_to_the_last_bit(trained, model, loss, threads):
    old = old_embeddings(context=True, counts=np.arange(len(KNOWN) + 1) + 1000)
    run = trained(old, freeze="outputs", model=model, loss=loss, threads=threads, epochs=3)
    outputs = rows_of(run, KNOWN, context=True)
    assert outputs.tobytes() == old.context[: len(KNOWN)].tobytes()
    new = [word for word in run.words if word not in KNOWN]
    assert len(new) == 12
    assert not np.frombuffer(rows_of(run, new, context=True).tobytes(), np.uint8).any()
    start = untrained(len(run.prepared.vocabulary), DIM).vectors
    trained_rows = run.training.parameters.vectors
    is_known = np.isin(run.prepared.vocabulary.words, KNOWN)
    assert (trained_rows[~is_known] != start[~is_known]).any(axis=1).all()
    assert (rows_of(run, KNOWN) != old.vectors[: len(KNOWN)]).any(axis=1).all()
    assert run.training.losses[-1] < run.training.losses[0]
    # The results tell of the text alone.
    assert run.words == run.prepared.vocabulary.words
    assert run.counts.tolist() == run.prepared.vocabulary.counts.tolist()
    assert run.prepared.join.n_kept == 1
    assert run.prepared.join.facts()["freeze"] == "outputs"


def test_texts_trained_from_one_compass_share_its_space(trained):
    """Two trainings from other starts agree word by word, which those without it do not."""
    compass = trained(None, epochs=20, lr=0.1)
    words = list(compass.words)
    context = np.array(compass.context_vectors[0 : len(words)])

    def with_start(seed):
        start = np.random.default_rng(seed).normal(scale=0.1, size=context.shape)
        return Embeddings(words, start.astype(np.float32), context=context)

    def agreement(olds, freeze):
        units = []
        for seed, old in enumerate(olds, 1):
            rows = rows_of(trained(old, freeze, epochs=10, lr=0.05, seed=seed), words)
            units.append(rows / np.linalg.norm(rows, axis=1, keepdims=True))
        return float(np.median((units[0] * units[1]).sum(axis=1)))

    assert agreement([with_start(1), with_start(2)], "outputs") > 0.95
    assert agreement([None, None], None) < 0.8


@pytest.mark.parametrize("loss", LOSSES)
def test_old_vectors_are_the_start(trained, loss):
    """A learning rate of next to nothing leaves everything where it began."""
    old = old_embeddings(context=True)
    run = trained(old, loss=loss, lr=1e-9, epochs=1)
    np.testing.assert_allclose(rows_of(run, old.words), old.vectors, atol=1e-6)
    assert run.prepared.join.has_context == (loss != "hs")
    if loss == "hs":
        assert np.abs(run.training.parameters.context_vectors).max() < 1e-6
    else:
        outputs = rows_of(run, old.words, context=True)
        np.testing.assert_allclose(outputs, old.context, atol=1e-6)
        new = [word for word in run.prepared.vocabulary.words if word not in KNOWN]
        assert np.abs(rows_of(run, new, context=True)).max() < 1e-6


@pytest.mark.parametrize("model", MODELS)
def test_old_vectors_change_if_they_are_free(trained, model):
    old = old_embeddings()
    run = trained(old, model=model)
    changed = rows_of(run, KNOWN) != old.vectors[:-1]
    assert changed.all(axis=1).all()
    assert rows_of(run, ["gone"]).tobytes() == old.vectors[-1:].tobytes()
    assert not rows_of(run, ["gone"], context=True).any(), "its outputs are not known"


@pytest.mark.parametrize("freeze", [None, "inputs"])
def test_new_words_come_to_lie_near_old_ones_of_their_topic(trained, freeze):
    """Old words lie in four directions, one a topic; new words find theirs."""
    topic = np.array([int(word[1:]) // 6 for word in KNOWN])
    rng = np.random.default_rng(0)
    vectors = np.eye(4, DIM, dtype=np.float32)[topic] + rng.normal(
        scale=0.05, size=(len(KNOWN), DIM)
    ).astype(np.float32)
    run = trained(Embeddings(KNOWN, vectors), freeze, epochs=8, model="cbow")
    result = Embeddings(run.words, run.vectors[0 : len(run.words)])
    new = [word for word in run.words if word not in KNOWN]
    assert len(new) == 12
    nearest, _ = result.nearest(
        [result.vector(word) for word in new], 5, [[result.index[word]] for word in new]
    )
    same = [
        int(result.words[row][1:]) // 6 == int(word[1:]) // 6
        for word, rows in zip(new, nearest, strict=True)
        for row in rows
    ]
    assert np.mean(same) > 0.9


def test_old_words_are_trained_however_rare_and_new_ones_are_not(tmp_path):
    path = tmp_path / "text"
    path.write_text("often old rare\n" + "often other\n" * 9)
    config = TrainConfig(dim=DIM, min_count=5)
    old = OldVectors(old_embeddings(["old", "gone"]))
    run = runs.prepared(path, config, tmp_path, old=old)
    with run.corpus:
        assert run.vocabulary.words == ["often", "other", "old"]
        assert run.vocabulary.counts.tolist() == [10, 9, 1]
        assert run.words == ["old", "gone", "often", "other"]
        assert run.corpus.n_tokens == 20


words_and_counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9), min_size=1)


@given(old=words_and_counts, text=words_and_counts, known_counts=st.booleans())
def test_joined_words_are_in_the_stated_order_with_their_own_rows(old, text, known_counts):
    embeddings = old_embeddings(list(old), list(old.values()) if known_counts else None)
    counts = np.array(list(text.values()))
    vocabulary = Vocabulary.from_counts(list(text), counts, 1)
    join = Join(OldVectors(embeddings), vocabulary, True)
    parameters = untrained(len(vocabulary), DIM)
    start = parameters.vectors.copy()
    join.fill(parameters)
    new = [word for word in vocabulary.words if word not in old]
    assert sorted(join.words) == sorted({*old, *text})
    if known_counts:
        sums = [old.get(word, 0) + text.get(word, 0) for word in join.words]
        assert join.counts.tolist() == sums == sorted(sums, reverse=True)
    else:
        assert join.words == [*old, *new]
        assert join.counts is None
    rows = join.vectors(parameters)
    assert rows.shape == (len(join.words), DIM)
    for place, word in enumerate(join.words):
        expected = embeddings.vector(word) if word in old else start[vocabulary.words.index(word)]
        assert rows[place : place + 1].tobytes() == expected.tobytes()
    assert join.n_known + join.n_new == len(text)
    assert join.n_known + join.n_kept == len(old)


def test_a_run_goes_on_from_what_it_wrote_as_if_it_had_both_matrices_in_memory(trained, tmp_path):
    run = trained(old_embeddings(context=True))
    path = tmp_path / "both.w2v"
    write_embeddings(
        path, run.words, run.vectors, "w2v", counts=run.counts, context=run.context_vectors
    )
    old = OldVectors.of(read(path))
    assert np.array_equal(old.embeddings.context, run.context_vectors[0 : len(run.words)])
    again = trained(old.embeddings)
    vectors_only = trained(Embeddings(run.words, run.vectors[0 : len(run.words)]))
    assert again.training.losses[0] < vectors_only.training.losses[0]
    half = tmp_path / "half.w2v"
    write_embeddings(
        half, run.words, run.vectors, "w2v", dtype="float16", context=run.context_vectors
    )
    np.testing.assert_allclose(
        OldVectors.of(read(half)).embeddings.context, old.embeddings.context, atol=2e-3
    )
    assert len(read_embeddings(path, limit=3).context) == 3


def test_outputs_that_are_not_numbers_are_refused(tmp_path):
    path = tmp_path / "v.w2v"
    old = old_embeddings(context=True)
    write_embeddings(path, old.words, old.vectors, "w2v", context=old.context)
    place = path.read_bytes().rindex(old.context[5].tobytes())
    with open(path, "r+b") as file:
        file.seek(place)
        file.write(np.float32(np.nan).tobytes())
    with pytest.raises(InputError, match=r"the output of 'w10' holds NaN"):
        OldVectors.of(read(path))


@pytest.mark.parametrize("freeze", [None, "inputs", "outputs"])
def test_stopping_and_going_on_changes_no_bit(corpus_file, tmp_path, freeze):  # noqa: F811
    trainees = []
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
        trainees.append(Trainee(corpus_file, tmp_path / name))
    whole, stopped = trainees
    old = OldVectors(old_embeddings(context=freeze == "outputs"))
    whole.asked = stopped.asked = {"old": old, "freeze": freeze}
    expected = whole.train(epochs=3)
    with pytest.raises(TrainingStopped):
        stopped.train(stop_after=9, epochs=3)
    resumed = stopped.train(resume=True, epochs=3)
    assert np.array_equal(resumed.parameters.vectors, expected.parameters.vectors)
    assert np.array_equal(resumed.parameters.context_vectors, expected.parameters.context_vectors)
    digest = old.digest[:16]
    for other, changed, what in [
        (None, False, f"init was vectors with the digest {digest} and is None"),
        (
            OldVectors(old_embeddings(seed=1, context=True)),
            freeze,
            f"init was .*{digest} and is .*digest",
        ),
        (old, None if freeze else "inputs", "freeze was"),
    ]:
        stopped.asked = {"old": other, "freeze": changed}
        with pytest.raises(ConfigError, match=what):
            stopped.train(resume=True, epochs=3)


@pytest.mark.parametrize(
    ("options", "more", "message"),
    [
        ({"loss": "hs"}, {}, r"freeze='outputs' needs loss='ns' or softmax"),
        ({"model": "glove"}, {}, r"freeze='outputs' is of skipgram and cbow: model='glove' has no"),
        ({"model": "nnlm"}, {}, r"freeze='outputs' is of skipgram and cbow"),
        ({}, {"init": None}, r"freeze='outputs' needs init"),
    ],
)
def test_outputs_cannot_stay_where_that_means_nothing(options, more, message):
    with pytest.raises(ConfigError, match=message):
        Request(TrainConfig(**options), **{"init": "old", "freeze": "outputs"} | more)


def test_outputs_that_are_not_there_cannot_stay():
    request = Request(TrainConfig(), init="old.bin", freeze="outputs")
    with pytest.raises(ConfigError, match=r"freeze='outputs': old.bin has no outputs .*keep_cont"):
        request.going_on_from(OldVectors(old_embeddings(), "old.bin"))
    assert request.going_on_from(OldVectors(old_embeddings(context=True))).config.dim == DIM


@pytest.mark.parametrize("readout", ["sum", "concat", "context"])
def test_sums_with_outputs_that_stay_are_refused(readout):
    config = TrainConfig(vectors=readout)
    request = Request(config, init="old", freeze="outputs", chosen=frozenset(["vectors"]))
    with pytest.raises(ConfigError, match=f"vectors='{readout}' and freeze='outputs' exclude"):
        begin(request)
