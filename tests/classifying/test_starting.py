"""Classifiers that start from vectors, frozen or not, or from an older classifier."""

import filecmp
import json
import os
import pickle
from dataclasses import replace

import numpy as np
import pytest
from conftest import fails_with

import w2v_cli
from w2v_cli.classifying.oldrows import JoinedRows
from w2v_cli.classifying.request import ClassifyRequest
from w2v_cli.classifying.start import FromModel
from w2v_cli.classifying.training import train_classifier
from w2v_cli.config import Spacing
from w2v_cli.errors import ConfigError, InputError, SolvingStopped, TrainingStopped
from w2v_cli.formats.classifier_file import read_classifier
from w2v_cli.labelled.columns import Columns
from w2v_cli.labelled.config import LOSSES, ClassifyConfig
from w2v_cli.methods.supervised.convex import solve
from w2v_cli.training.report import NeverStopping, Silence
from w2v_cli.training.request import Saving

GOOD, BAD = ["fine", "great", "moving", "superb"], ["dull", "boring", "poor", "awful"]
REST = ["the", "film", "is", "a", "story", "of", "two", "people", "in", "city"]
DIM = 12


def lines(n, seed=1):
    """Documents that two words each tell apart."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        which = int(rng.integers(0, 2))
        text = [*rng.choice(REST, 6), *rng.choice((GOOD, BAD)[which], 2), f"rare{n % 7}"]
        rng.shuffle(text)
        found.append(f"__label__{('good', 'bad')[which]} {' '.join(text)}")
    return found


def write(path, some):
    path.write_text("".join(f"{line}\n" for line in some), encoding="utf-8")
    return str(path)


WORDS = [*GOOD[1:], *BAD, *REST, *(f"other{n}" for n in range(300)), "</s>"]
"""Of the vectors: `fine` and rare words are not among them."""


def vectors(path, words=WORDS, dim=DIM):
    """A file of vectors; its rows."""
    matrix = np.random.default_rng(4).normal(0, 1, (len(words), dim)).astype(np.float32)
    matrix[:, 3] = -0.0
    w2v_cli.Vectors.from_arrays(words, matrix).save(path)
    return matrix


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("starting")
    write(folder / "train.txt", lines(300))
    write(folder / "test.txt", lines(200, seed=2))
    vectors(folder / "v.w2v")
    return folder


class Told(Silence):
    """What a report was told."""

    def __init__(self):
        self.said, self.warned = [], []

    def say(self, message):
        self.said.append(message)

    def warn(self, message):
        self.warned.append(message)


def train(folder, output, text="train.txt", start="v.w2v", **options):
    """Train from vectors; the model as it stands in its file, what was told, and the facts."""
    names = ("from_model", "saving", "columns", "chosen", "old")
    given = {name: options.pop(name) for name in names if name in options}
    if not {"from_model", "old"} & set(given) and start:
        given["init"] = str(folder / start)
    config = ClassifyConfig(**{"dim": DIM, "epochs": 3, **options})
    told = Told()
    request = ClassifyRequest(config, (str(folder / text),), output=str(output), **given)
    trained = train_classifier(request, told)
    return read_classifier(str(output)), told, trained.facts


def rows_of(model, words):
    return np.asarray(model.inputs[np.array([model.words.index(word) for word in words])])


def test_frozen_rows_keep_every_bit_and_others_have_none(folder, tmp_path):
    model, told, facts = train(folder, tmp_path / "m.bin", freeze=True)
    before = w2v_cli.load(folder / "v.w2v").matrix
    assert rows_of(model, WORDS).tobytes() == before.tobytes()
    assert sorted(model.words) == sorted(WORDS)
    assert "fine" not in model.words
    assert facts["init"] == {
        "file": "v.w2v", "words_known": 18, "words_made": 0, "words_new": 0, "words_kept": 300,
    }  # fmt: skip
    assert facts["loss"][-1] < facts["loss"][0] == pytest.approx(np.log(2))
    record = json.loads((tmp_path / "m.bin.w2v.json").read_text())["provenance"]
    assert record["init"]["digest"]
    assert record["options"]["freeze"]
    assert any("18 words with rows there, 2 have none and are left out" in each
               for each in told.said)  # fmt: skip
    assert any("words, 19 of them different (17 in the vocabulary), and 2 l" in each
               for each in told.said)  # fmt: skip


def features(folder, text="train.txt"):
    """(means of the vectors of known words, labels as sets) of documents, by hand."""
    found = w2v_cli.load(folder / "v.w2v")
    means, labels = [], []
    for line in (folder / text).read_text().splitlines():
        tokens = line.split()
        words = [token for token in tokens if not token.startswith("__label__")] + ["</s>"]
        means.append(np.mean([found[word] for word in words if word in found], axis=0))
        labels.append({token for token in tokens if token.startswith("__label__")})
    return np.array(means, dtype=np.float64), labels


def scaled(means, weights=None):
    """Vectors of documents at a variance of 1, and what they were divided by."""
    center = np.average(means, axis=0, weights=weights)
    squares = np.average((means**2).sum(axis=1), weights=weights)
    scale = np.sqrt(squares - center @ center)
    return means / scale, scale


@pytest.mark.parametrize("l2", [0.03, 1.0, 30.0])
def test_outputs_are_the_optimum_that_scikit_learn_finds(folder, tmp_path, l2):
    linear = pytest.importorskip("sklearn.linear_model")
    model, _, _ = train(folder, tmp_path / "m.bin", freeze=True, l2=l2)
    means, labels = features(folder)
    given, scale = scaled(means)
    signs = [min(each) == model.labels[1] for each in labels]
    learner = linear.LogisticRegression(C=1 / l2, fit_intercept=False, tol=1e-10, max_iter=10000)
    # Two classes have one row there, which is the difference of ours; the penalty is of two.
    learner.set_params(C=2 / l2).fit(given, signs)
    outputs = np.asarray(model.outputs[:])
    assert outputs[1] - outputs[0] == pytest.approx(learner.coef_[0] / scale, abs=2e-5)
    assert outputs[1] + outputs[0] == pytest.approx(0, abs=1e-6)


def many_labels(n=400, dim=8, n_labels=5):
    rng = np.random.default_rng(3)
    given = (rng.normal(0, 1, (n, dim)) * np.exp(-np.arange(dim)) + 2).astype(np.float32)
    labels = rng.integers(0, n_labels, n).astype(np.int32)
    return given, labels, rng.uniform(0.1, 3, n)


def test_five_labels_with_weights(folder):
    linear = pytest.importorskip("sklearn.linear_model")
    given, labels, weights = many_labels()
    found = solve(given, labels, np.arange(401), weights, 5, "softmax", 0.5)
    assert found.is_optimal
    rows, scale = scaled(given.astype(np.float64), weights)
    learner = linear.LogisticRegression(C=1 / 0.5, fit_intercept=False, tol=1e-10, max_iter=10000)
    learner.fit(rows, labels, sample_weight=weights)
    assert found.outputs == pytest.approx(learner.coef_ / scale, abs=1e-4)


def test_each_label_by_itself(folder):
    linear = pytest.importorskip("sklearn.linear_model")
    given, labels, weights = many_labels()
    # Documents have their label and the next one.
    both = np.column_stack([labels, (labels + 1) % 5]).ravel().astype(np.int32)
    found = solve(given, both, 2 * np.arange(401), weights, 5, "ova", 0.5)
    rows, scale = scaled(given.astype(np.float64), weights)
    for label in range(5):
        learner = linear.LogisticRegression(C=2.0, fit_intercept=False, tol=1e-10, max_iter=10000)
        has = (labels == label) | ((labels + 1) % 5 == label)
        learner.fit(rows, has, sample_weight=weights)
        assert found.outputs[label] == pytest.approx(learner.coef_[0] / scale, abs=1e-4)


@pytest.mark.parametrize("loss", ["softmax", "ova"])
def test_slopes_at_the_optimum_are_zero(loss):
    """By finite differences of the formula, with several labels a document."""
    given, labels, weights = many_labels(60)
    both = np.column_stack([labels, (labels + 2) % 5]).ravel().astype(np.int32)
    found = solve(given, both, 2 * np.arange(61), weights, 5, loss, 0.7)
    rows, scale = scaled(given.astype(np.float64), weights)
    wanted = np.zeros((60, 5))
    wanted[np.repeat(np.arange(60), 2), both] = 0.5 if loss == "softmax" else 1

    def value(outputs):
        scores = rows @ outputs.T
        if loss == "softmax":
            sums = np.log(np.exp(scores).sum(axis=1))
        else:
            sums = np.log1p(np.exp(scores)).sum(axis=1)
        losses = sums - (wanted * scores).sum(axis=1)
        return losses @ weights + 0.35 * (outputs**2).sum()

    outputs = found.outputs * scale
    for place in np.ndindex(outputs.shape):
        moved = np.zeros(outputs.shape)
        moved[place] = 1e-4
        slope = (value(outputs + moved) - value(outputs - moved)) / 2e-4
        assert slope == pytest.approx(0, abs=1e-3)
    assert value(outputs) < value(np.zeros(outputs.shape))


def test_any_number_of_threads_gives_the_same_bytes(folder, tmp_path):
    write(tmp_path / "more.txt", lines(3000))
    vectors(tmp_path / "v.w2v")
    for threads in (1, 3):
        train(tmp_path, tmp_path / f"{threads}.bin", "more.txt", freeze=True, threads=threads)
    assert filecmp.cmp(tmp_path / "1.bin", tmp_path / "3.bin", shallow=False)


def test_vectors_of_any_length_give_the_same_answers(folder, tmp_path):
    found = w2v_cli.load(folder / "v.w2v")
    w2v_cli.Vectors.from_arrays(found.words, 100 * found.matrix).save(tmp_path / "v.w2v")
    write(tmp_path / "train.txt", lines(300))
    small, _, _ = train(folder, tmp_path / "small.bin", freeze=True)
    large, _, _ = train(tmp_path, tmp_path / "large.bin", freeze=True)
    assert np.asarray(large.outputs[:]) * 100 == pytest.approx(small.outputs[:], rel=1e-4, abs=1e-5)


def test_balance_and_documents_without_a_word(folder, tmp_path):
    some = lines(300)
    few = [line for line in some if "good" in line.split()[0]][:10]
    many = [line for line in some if "bad" in line.split()[0]]
    write(tmp_path / "train.txt", [*few, *many, "__label__good zzz", "fine film", ""])
    vectors(tmp_path / "v.w2v", WORDS[:-1])
    means = []
    for balance in (False, True):
        model, _, facts = train(tmp_path, tmp_path / "m.bin", freeze=True, balance=balance)
        assert facts["pairs_trained"] == len(few) + len(many)
        outputs = np.asarray(model.outputs[:])
        places = [model.labels.index(f"__label__{name}") for name in ("good", "bad")]
        known = [[word for word in line.split()[1:] if word in model.words] for line in few]
        rows = np.array([rows_of(model, words).mean(axis=0) for words in known])
        means.append((rows @ (outputs[places[0]] - outputs[places[1]])).mean())
    assert means[1] > means[0] + 0.5


def test_fasttext_answers_as_we_do(folder, tmp_path, w2v):
    fasttext = pytest.importorskip("fasttext")
    for freeze in (True, False):
        train(folder, tmp_path / "m.bin", freeze=freeze)
        theirs = fasttext.load_model(str(tmp_path / "m.bin"))
        text = [line.partition(" ")[2] for line in lines(20, seed=5)]
        done = w2v("classify", "predict", tmp_path / "m.bin", "-q",
                   stdin="".join(f"{line}\n" for line in text).encode(), cwd=tmp_path)  # fmt: skip
        for line, answer in zip(text, done.text.splitlines(), strict=True):
            label, p = answer.split("\t")
            [(likelihood, expected)] = theirs.f.predict(f"{line}\n", 1, 0.0, "strict")
            assert label == expected
            assert float(p) == pytest.approx(likelihood, abs=2e-5)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("threads", [1, 2])
def test_old_rows_may_stay_while_fresh_ones_learn(folder, tmp_path, loss, threads):
    options = {"loss": loss, "threads": threads, "word_ngrams": 2, "buckets": 500}
    model, _, _ = train(folder, tmp_path / "m.bin", embedding_lr_scale=0.0, **options)
    before = w2v_cli.load(folder / "v.w2v").matrix
    assert rows_of(model, WORDS).tobytes() == before.tobytes()
    start, _, _ = train(folder, tmp_path / "s.bin", epochs=1, lr=1e-9, **options)
    assert np.abs(rows_of(model, ["fine"]) - rows_of(start, ["fine"])).max() > 1e-3
    free, _, _ = train(folder, tmp_path / "f.bin", **options)
    assert np.abs(rows_of(free, BAD) - rows_of(start, BAD)).max() > 1e-3
    # Words that the documents lack stay in any case.
    assert (rows_of(free, ["other5"]) == before[WORDS.index("other5")]).all()


def test_old_words_do_not_stretch_the_schedule(folder, tmp_path):
    with_old, _, facts = train(folder, tmp_path / "m.bin")
    without, _, plain = train(folder, tmp_path / "p.bin", start=None)
    assert facts["tokens_processed"] == plain["tokens_processed"]
    assert with_old.n_tokens == without.n_tokens
    assert len(with_old.words) == len(without.words) + 300
    assert with_old.counts[with_old.words.index("other3")] == 1


def test_rare_words_are_in_if_they_are_old(folder, tmp_path):
    write(tmp_path / "train.txt", [*lines(300), "__label__good other7 another"])
    vectors(tmp_path / "v.w2v")
    model, _, _ = train(tmp_path, tmp_path / "m.bin", min_count=5)
    assert "other7" in model.words
    assert "another" not in model.words
    assert model.words.index("other7") < model.words.index("other8")


@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.w2v", "glove.txt", "v.txt.gz"])
def test_vectors_of_any_format(folder, tmp_path, name):
    matrix = vectors(tmp_path / name.replace("glove", "v"))
    if name.startswith("glove"):
        rows = (tmp_path / "v.txt").read_text().splitlines()[1:]
        write(tmp_path / name, rows)
    write(tmp_path / "train.txt", lines(50))
    model, _, _ = train(tmp_path, tmp_path / "m.bin", start=name, embedding_lr_scale=0.0)
    assert rows_of(model, WORDS) == pytest.approx(matrix, abs=1e-6)


@pytest.fixture(scope="module")
def ngram_models(tmp_path_factory, w2v):
    """Models with n-grams, of words with `fin` but without `fine`."""
    folder = tmp_path_factory.mktemp("ngrams")
    write(folder / "c.txt", [" ".join([*GOOD[1:], *BAD, *REST, "final", "finest"])] * 200)
    for name, more in (("v.bin", ["--format", "fasttext"]), ("v.w2v", []),
                       ("v.floret", ["--subword-hash", "murmur"])):  # fmt: skip
        args = ["-d", DIM, "--min-n", "3", "--max-n", "4", "--buckets", "900", "-j", "1", "-q"]
        done = w2v("train", "c.txt", "-o", name, *args, *more, cwd=folder)
        assert done.returncode == 0, done.errors
    return folder


@pytest.mark.parametrize("name", ["v.bin", "v.w2v", "v.floret"])
@pytest.mark.parametrize("freeze", [True, False])
def test_words_that_vectors_lack_are_made_of_n_grams(ngram_models, tmp_path, name, freeze):
    write(ngram_models / "train.txt", lines(200))
    options = {"freeze": True} if freeze else {"embedding_lr_scale": 0.0}
    model, told, facts = train(ngram_models, tmp_path / "m.bin", start=name, **options)
    old = w2v_cli.load(ngram_models / name)
    words = ("fine", "great") if name == "v.floret" else ("fine", "great", "finest")
    for word in words:
        assert rows_of(model, [word])[0] == pytest.approx(old[word], abs=1e-6)
    assert facts["init"]["words_made"] >= 1
    assert any("are made of its n-grams" in each for each in told.warned)


@pytest.mark.parametrize("name", ["v.bin", "v.w2v"])
@pytest.mark.parametrize("freeze", [True, False])
def test_n_grams_that_agree_are_taken(ngram_models, tmp_path, name, freeze):
    write(ngram_models / "train.txt", lines(200))
    options = {"freeze": True} if freeze else {"embedding_lr_scale": 0.0}
    options |= {"min_n": 3, "max_n": 4, "buckets": 900}
    model, told, _ = train(ngram_models, tmp_path / "m.bin", start=name, **options)
    old = w2v_cli.load(ngram_models / name)._embeddings.subwords
    places = np.arange(900) if old.buckets is None else old.buckets
    rows = np.asarray(model.inputs[len(model.words) + places])
    was = np.asarray(old.rows[:])
    # In other buckets are n-grams of words that the old model lacks.
    trained = np.ones(len(was), bool) if old.trained is None else old.trained
    assert rows[trained].tobytes() == was[trained].tobytes()
    row = old.own[np.array([w2v_cli.load(ngram_models / name).words.index("great")])]
    assert (rows_of(model, ["great"]) == row).all()
    assert not told.warned
    if freeze:
        assert "fine" not in model.words


class StopAfter(NeverStopping):
    """Somebody who asks for the end when so much is done."""

    def __init__(self, tokens):
        super().__init__()
        self._tokens = tokens

    def heeding(self, report):
        def heeded(stage, done, total, **details):
            if stage == "train" and done >= self._tokens:
                self.requested.set()
            report(stage, done, total, **details)

        return heeded


def test_a_stopped_training_goes_on_from_the_same_vectors_only(folder, tmp_path):
    write(tmp_path / "a.txt", lines(2000))
    vectors(tmp_path / "v.w2v")
    vectors(tmp_path / "w.w2v", [*WORDS, "more"])
    config = ClassifyConfig(dim=DIM, epochs=4, embedding_lr_scale=0.3, freeze_epochs=1)
    base = ClassifyRequest(config, (str(tmp_path / "a.txt"),), init=str(tmp_path / "v.w2v"))
    train_classifier(replace(base, output=str(tmp_path / "whole.bin")))
    saving = Saving(str(tmp_path / "saved"), Spacing.parse("1e"))
    request = replace(base, output=str(tmp_path / "parts.bin"), saving=saving)
    with pytest.raises(TrainingStopped):
        train_classifier(request, stopping=StopAfter(45_000))
    resumed = replace(request, saving=replace(saving, resume=True))
    with pytest.raises(ConfigError, match=r"init was digest .* and is digest"):
        train_classifier(replace(resumed, init=str(tmp_path / "w.w2v")))
    with pytest.raises(ConfigError, match=r"embedding_lr_scale was 0\.3 and is 0\.2"):
        train_classifier(replace(resumed, config=replace(config, embedding_lr_scale=0.2)))
    train_classifier(resumed)
    assert filecmp.cmp(tmp_path / "whole.bin", tmp_path / "parts.bin", shallow=False)


def test_frozen_training_can_be_stopped(folder, tmp_path):
    stopping = NeverStopping()
    stopping.requested.set()
    config = ClassifyConfig(dim=DIM, freeze=True)
    request = ClassifyRequest(
        config, (str(folder / "train.txt"),), output=str(tmp_path / "m.bin"),
        init=str(folder / "v.w2v"),
    )  # fmt: skip
    with pytest.raises(SolvingStopped, match="stopped after 1 passes"):
        train_classifier(request, stopping=stopping)
    assert os.listdir(tmp_path) == []


@pytest.fixture(scope="module")
def old_model(tmp_path_factory):
    """A classifier with n-grams of both kinds."""
    folder = tmp_path_factory.mktemp("old")
    write(folder / "train.txt", lines(300))
    options = {"word_ngrams": 2, "min_n": 2, "max_n": 3, "buckets": 700, "epochs": 10}
    for loss in LOSSES:
        train(folder, folder / f"{loss}.bin", start=None, loss=loss, **options)
    return folder


def going_on(folder, output, kind="softmax", **options):
    return train(folder, output, "more.txt", from_model=str(folder / f"{kind}.bin"), **options)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_model_that_learns_nothing_more_is_as_it_was(old_model, tmp_path, loss):
    write(old_model / "more.txt", [*lines(20), "__label__good never seen before"])
    old = read_classifier(str(old_model / f"{loss}.bin"))
    model, _, facts = going_on(old_model, tmp_path / "m.bin", loss, lr=1e-9, epochs=1)
    assert (model.loss, model.word_ngrams, model.ngrams) == (loss, 2, old.ngrams)
    assert rows_of(model, old.words) == pytest.approx(np.asarray(old.inputs[: len(old.words)]))
    assert np.asarray(model.outputs[:]) == pytest.approx(np.asarray(old.outputs[:]), abs=1e-6)
    before = np.asarray(old.inputs[len(old.words) :])
    assert np.asarray(model.inputs[len(model.words) :]) == pytest.approx(before, abs=1e-6)
    assert set(model.words) - set(old.words) == {"never", "seen", "before"}
    assert facts["from_model"]["words_known"] > 10
    assert model.n_tokens == old.n_tokens + facts["tokens_processed"]


@pytest.mark.parametrize("loss", ["softmax", "ns", "ova"])
@pytest.mark.parametrize("scale", [1.0, 0.0])
def test_new_labels_and_words_are_learnt(old_model, tmp_path, w2v, loss, scale):
    text = lines(100, seed=9) + [f"__label__odd strange weird film {n % 3}" for n in range(100)]
    write(old_model / "more.txt", text)
    model, _, _ = going_on(old_model, tmp_path / "m.bin", loss, epochs=15, embedding_lr_scale=scale)
    assert sorted(model.labels) == ["__label__bad", "__label__good", "__label__odd"]
    assert model.label_counts.sum() == 500
    assert model.label_counts.tolist() == sorted(model.label_counts.tolist(), reverse=True)
    counts = dict(zip(model.words, model.counts.tolist(), strict=True))
    assert counts["strange"] == 100
    assert counts["film"] > 200
    write(tmp_path / "test.txt", [*lines(50, seed=3), *text[-20:]])
    done = w2v("classify", "test", "m.bin", "test.txt", "--json", "-q", cwd=tmp_path)
    assert json.loads(done.text)["accuracy"] > 0.95
    if scale == 0:
        old = read_classifier(str(old_model / f"{loss}.bin"))
        was = np.asarray(old.inputs[: len(old.words)])
        assert rows_of(model, old.words).tobytes() == was.tobytes()


def test_old_labels_that_the_new_documents_lack_stay(old_model, tmp_path, w2v):
    only = [line for line in lines(60) if "__label__good" in line]
    write(old_model / "more.txt", only)
    model, told, _ = going_on(old_model, tmp_path / "m.bin", epochs=1, lr=0.01, balance=True)
    assert sorted(model.labels) == ["__label__bad", "__label__good"]
    assert not any("there is only one label" in each for each in told.warned)
    write(tmp_path / "test.txt", lines(50, seed=3))
    done = w2v("classify", "test", "m.bin", "test.txt", "--json", "-q", cwd=tmp_path)
    assert json.loads(done.text)["accuracy"] > 0.95


def test_labels_in_columns_are_those_of_text(old_model, tmp_path):
    rows = [line.replace("__label__", "").split(" ", 1) for line in lines(40)]
    write(old_model / "more.tsv", [f"{label}\t{text}" for label, text in rows])
    columns = Columns(text=("2",), label=("1",))
    model, _, _ = train(
        old_model, tmp_path / "m.bin", "more.tsv", epochs=1, columns=columns,
        from_model=str(old_model / "softmax.bin"),
    )  # fmt: skip
    assert sorted(model.labels) == ["bad", "good"]
    assert model.label_counts.sum() == 340


def test_the_head_of_a_model_can_be_learnt_anew(old_model, tmp_path):
    write(old_model / "more.txt", lines(100) + ["__label__odd two people in a story"] * 50)
    old = read_classifier(str(old_model / "softmax.bin"))
    model, _, _ = going_on(old_model, tmp_path / "m.bin", freeze=True)
    assert sorted(model.words) == sorted(old.words)
    was = np.asarray(old.inputs[len(old.words) :])
    assert np.asarray(model.inputs[len(old.words) :]).tobytes() == was.tobytes()
    assert len(model.labels) == 3


def test_fasttext_models_go_on(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    write(tmp_path / "train.txt", lines(300))
    theirs = fasttext.train_supervised(
        str(tmp_path / "train.txt"), dim=DIM, wordNgrams=2, bucket=500, thread=1, verbose=0
    )
    theirs.save_model(str(tmp_path / "softmax.bin"))
    write(tmp_path / "more.txt", [*lines(100), *["__label__odd strange weird film"] * 50])
    model, _, _ = going_on(tmp_path, tmp_path / "m.bin", epochs=20)
    assert sorted(model.labels) == ["__label__bad", "__label__good", "__label__odd"]
    again = fasttext.load_model(str(tmp_path / "m.bin"))
    for text, label in (("a strange weird film", "odd"), ("a great superb film", "good")):
        [(_, found)] = again.f.predict(f"{text}\n", 1, 0.0, "strict")
        assert found == f"__label__{label}"


def test_what_a_model_cannot_do(old_model, tmp_path):
    write(old_model / "more.txt", ["__label__odd strange"])
    with pytest.raises(InputError, match="has a tree of its labels"):
        going_on(old_model, tmp_path / "m.bin", "hs")
    old = read_classifier(str(old_model / "softmax.bin"))
    with pytest.raises(InputError, match=r"m\.ftz: is quantized"):
        FromModel(replace(old, is_pruned=True), "m.ftz")
    damaged = np.array(old.inputs[:])
    damaged[5, 1] = np.nan
    with pytest.raises(InputError, match="holds NaN or infinity"):
        FromModel(replace(old, inputs=damaged), "m.bin")
    for name, value in (("dim", 20), ("word_ngrams", 3), ("loss", "softmax"), ("buckets", 9)):
        kind, asked = "ova", {name: value}
        with pytest.raises(ConfigError, match=f"{name}=.* does not fit from_model {kind}.bin"):
            going_on(old_model, tmp_path / "m.bin", kind, chosen=frozenset({name}), **asked)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--freeze"], 2, "--freeze needs --init or --from-model"),
        (["--embedding-lr-scale", "0.1"], 2, "--embedding-lr-scale needs --init or --from-model"),
        (["--freeze-epochs", "1"], 2, "--freeze-epochs needs --init or --from-model"),
        (["--init", "none.w2v"], 1, "none.w2v: cannot be opened: No such"),
        (["--init", "v.w2v", "-d", "50"], 2, "--dim 50 does not fit --init v.w2v, which has 12"),
        (["--init", "v.w2v", "--from-model", "m.bin"], 2, "exclude each other"),
        (["--init", "v.w2v", "--freeze", "--loss", "hs"], 2, "--freeze and --loss hs exclude"),
        (["--init", "v.w2v", "--freeze", "--checkpoint", "x"], 2, "--checkpoint exclude each"),
        (["--init", "v.w2v", "--freeze", "--freeze-epochs", "2"], 2, "--freeze-epochs 2 exclude"),
        (["--init", "v.w2v", "--freeze-epochs", "5"], 2, "leaves none of --epochs 5"),
        (["--init", "v.w2v", "--freeze", "--word-ngrams", "2"], 2, "has no vectors of such n-gr"),
        (["--init", "v.w2v", "--embedding-lr-scale", "-1"], 2, "--embedding-lr-scale must be from"),
        (["--init", "upper.txt", "--freeze"], 1, "no word of the documents is in upper.txt"),
        (["--init", "train.txt"], 1, "train.txt"),
        (["--init", "nan.txt"], 1, "nan.txt: row 1 .word 'film'. holds NaN"),
        (["--from-model", "v.w2v"], 1, "v.w2v: is no classifier"),
        (["--from-model", "none.bin"], 1, "none.bin: cannot be opened: No such"),
        (["--init", "out.bin"], 2, "out.bin is both the file of --init and an output"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_done(w2v, folder, args, code, message):
    write(folder / "upper.txt", ["FILM 1 2 3", "STORY 3 2 1"])
    write(folder / "nan.txt", ["2 2", "film nan 1", "story 3 2"])
    write(folder / "out.bin", ["2 2", "film 1 1", "story 3 2"])
    before = sorted(os.listdir(folder))
    command = ["classify", "train", "train.txt", "-o", "out.bin", *args]
    fails_with(w2v(*command, cwd=folder), code, message)
    assert sorted(os.listdir(folder)) == before


def test_vectors_without_a_word_of_the_documents_are_told(w2v, folder, tmp_path):
    write(tmp_path / "upper.txt", ["2 3", "FILM 1 2 3", "STORY 3 2 1"])
    command = ["classify", "train", folder / "train.txt", "-o", "m.bin", "--init", "upper.txt"]
    done = w2v(*command, cwd=tmp_path)
    assert done.returncode == 0, done.errors
    assert "no word of the documents is in upper.txt: is the case of letters" in done.errors


def test_vectors_from_standard_input_and_options_without_effect(w2v, folder, tmp_path):
    command = ["classify", "train", folder / "train.txt", "-o", "m.bin", "--init", "-"]
    text = b"2 3\nfilm 1 2 3\nstory 3 2 1\n"
    done = w2v(*command, "--freeze", "--lr", "1", stdin=text, cwd=tmp_path)
    assert done.returncode == 0, done.errors
    assert "--lr has no effect: with --freeze the optimum is computed" in done.errors
    assert read_classifier(str(tmp_path / "m.bin")).dim == 3
    done = w2v(*command, "--l2", "1", stdin=text, cwd=tmp_path)
    assert "--l2 has no effect: it is of --freeze alone" in done.errors


def test_old_words_that_look_like_labels_are_left_out(folder, tmp_path):
    write(tmp_path / "train.txt", lines(50))
    write(tmp_path / "v.txt", ["3 2", "film 1 2", "__label__good 3 4", "story 5 6"])
    model, told, _ = train(tmp_path, tmp_path / "m.bin", start="v.txt")
    assert "__label__good" not in model.words
    assert any("left out 1 word that" in each for each in told.warned)


def test_joined_rows_are_one_matrix():
    trained, own = np.full((2, 3), 1, np.float32), np.full((3, 3), 2, np.float32)
    ngrams = np.full((2, 3), 3, np.float32) + np.arange(2)[:, np.newaxis]
    rows = JoinedRows(trained, own, ngrams, np.array([0, -1, -3, 1, -5, -4]))
    expected = np.repeat([[1], [2], [2], [1], [4], [3]], 3, axis=1)
    assert (np.asarray(rows) == expected).all()
    assert (rows[1:5:2] == expected[1:5:2]).all()
    assert (rows[np.array([5, 0])] == expected[[5, 0]]).all()
    assert len(rows) == 6


def split(some):
    """(texts, labels) of lines."""
    pairs = [line.removeprefix("__label__").split(" ", 1) for line in some]
    return [text for _, text in pairs], [label for label, _ in pairs]


@pytest.mark.parametrize("kind", ["path", "vectors", "gensim"])
def test_python_starts_from_vectors(folder, kind):
    texts, labels = split(lines(200))
    old = w2v_cli.load(folder / "v.w2v")
    if kind == "gensim":
        pytest.importorskip("gensim")
    init = {"path": folder / "v.w2v", "vectors": old}.get(kind) or old.to_gensim()
    found = w2v_cli.train_classifier(texts, labels, init=init, freeze=True, l2=2.0)
    assert found.dim == DIM
    assert found.record["init"]["words_known"] == 18
    assert found.test(*split(lines(100, seed=2))).accuracy > 0.65
    assert found.vectors("great film") == pytest.approx(
        np.mean([old[word] for word in ("great", "film", "</s>")], axis=0), abs=1e-5
    )
    again = pickle.loads(pickle.dumps(found))
    assert (again.predict_proba(texts) == found.predict_proba(texts)).all()
    assert again.words == found.words


def test_python_goes_on_with_a_classifier(tmp_path):
    options = {"dim": 8, "epochs": 10, "word_ngrams": 2, "buckets": 1000, "threads": 1}
    first = w2v_cli.train_classifier(*split(lines(200)), **options)
    first.save(tmp_path / "first.bin")
    texts, labels = split([*lines(50, seed=3), *["__label__odd strange weird film"] * 50])
    found = []
    for model in (first, tmp_path / "first.bin"):
        more = w2v_cli.train_classifier(
            texts, labels, from_model=model, epochs=10, threads=1, embedding_lr_scale=0.5
        )
        assert sorted(more.labels) == ["bad", "good", "odd"]
        assert more.predict("a strange weird film")[0].label == "odd"
        assert more.test(*split(lines(100, seed=2))).accuracy > 0.9
        found.append(more.predict_proba(texts))
    # Rows of n-grams that nothing was learnt of are zero in the file.
    assert found[0] == pytest.approx(found[1], abs=1e-6)
    assert first.predict("great")[0].label == "good"


def test_python_tells_what_cannot_be(folder):
    texts, labels = split(lines(50))
    first = w2v_cli.train_classifier(texts, labels, dim=4, threads=1, epochs=1)
    vectors_ = w2v_cli.load(folder / "v.w2v")
    for options, message in (
        ({"init": vectors_, "from_model": first}, "init and from_model exclude each other"),
        ({"init": 5}, "init must be a path or Vectors"),
        ({"from_model": vectors_}, "from_model must be a path or a TextClassifier"),
        ({"freeze": True}, "freeze needs init or from_model"),
        ({"init": vectors_, "dim": 5}, "dim=5 does not fit init the vectors, which has 12"),
        ({"from_model": first, "loss": "hs"}, "loss='hs' does not fit from_model the classifier"),
        ({"init": folder / "v.w2v", "output": folder / "v.w2v"}, "is both"),
    ):
        with pytest.raises(ConfigError, match=message):
            w2v_cli.train_classifier(texts, labels, **options)


def test_copies_of_each_epoch_hold_all_words(folder):
    seen = []

    def note(epoch, loss, classifier):
        seen.append((epoch, len(classifier.words), classifier.predict("great")[0].label))
        return epoch == 2

    old = w2v_cli.load(folder / "v.w2v")
    found = w2v_cli.train_classifier(*split(lines(100)), init=old, epochs=5, on_epoch=note)
    assert [epoch for epoch, _, _ in seen] == [1, 2]
    assert {n for _, n, _ in seen} == {len(found.words)}
