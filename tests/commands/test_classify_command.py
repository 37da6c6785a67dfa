"""``w2v classify``: documents of all kinds in, a model, answers and scores out."""

import filecmp
import json
import os

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli.classifying.request import ClassifyRequest
from w2v_cli.classifying.training import train_classifier
from w2v_cli.config import Spacing
from w2v_cli.errors import ConfigError, TrainingError, TrainingStopped
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.labelled.config import LOSSES, ClassifyConfig
from w2v_cli.training.report import NeverStopping
from w2v_cli.training.request import Saving

GOOD, BAD = ["fine", "great", "moving", "superb"], ["dull", "boring", "poor", "awful"]
REST = ["the", "film", "is", "a", "story", "of", "two", "people", "in", "the", "city"]


def lines(n, seed=1, labels=("__label__good", "__label__bad")):
    """Documents that two words each tell apart."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        which = int(rng.integers(0, 2))
        text = [*rng.choice(REST, 8), *rng.choice((GOOD, BAD)[which], 2)]
        rng.shuffle(text)
        found.append(f"{labels[which]} {' '.join(text)}")
    return found


def write(path, some):
    path.write_text("".join(f"{line}\n" for line in some), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory, w2v):
    folder = tmp_path_factory.mktemp("classify")
    write(folder / "train.txt", lines(300))
    write(folder / "test.txt", lines(100, seed=2))
    done = w2v(
        "classify", "train", "train.txt", "-o", "model.bin", "-e", "10", "-j", "1", "-d", "10",
        "--stats", "stats.json", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.errors
    assert done.text == ""
    assert "300 documents read, with 3,000 words, 18 of them different, and 2 labels" in done.errors
    return folder


def answers(w2v, folder, text, *options):
    done = w2v("classify", "predict", "model.bin", *options, stdin=text.encode(), cwd=folder)
    assert done.returncode == 0, done.errors
    return done


def test_it_learns(w2v, folder):
    done = w2v("classify", "test", "model.bin", "test.txt", "--json", "-q", cwd=folder)
    facts = json.loads(done.text)
    assert facts["micro"]["f1"] == facts["accuracy"] == facts["exact_match"] > 0.97
    assert facts["tested"] == 100
    assert facts["log_loss"] < 0.2
    assert sum(each["support"] for each in facts["labels"]) == 100


def test_statistics_and_the_record(folder):
    stats = json.loads((folder / "stats.json").read_text())
    assert (stats["documents"], stats["epochs"], stats["vocab_size"]) == (300, 10, 19)
    assert stats["tokens_read"] == stats["tokens_in_vocab"] == 3000
    # Words, a line end and a label each.
    assert stats["tokens_processed"] == 10 * 300 * 12
    assert stats["pairs_trained"] == 3000
    assert len(stats["loss"]) == 10
    assert stats["loss"][-1] < stats["loss"][0]
    record = json.loads((folder / "model.bin.w2v.json").read_text())["provenance"]
    assert record["command"] == "classify train"
    assert record["options"]["dim"] == 10
    assert record["sources"] == ["train.txt"]


def test_the_same_seed_gives_the_same_bytes(w2v, folder, tmp_path):
    options = ["-e", "10", "-j", "1", "-d", "10", "-q"]
    for name, seed in (("a", 1), ("b", 2)):
        path = tmp_path / f"{name}.bin"
        args = ["classify", "train", "train.txt", "-o", path, *options, "--seed", seed]
        assert w2v(*args, cwd=folder).returncode == 0
    assert (tmp_path / "a.bin").read_bytes() == (folder / "model.bin").read_bytes()
    assert (tmp_path / "b.bin").read_bytes() != (folder / "model.bin").read_bytes()


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_learns_from_sorted_documents(w2v, folder, tmp_path, loss):
    write(tmp_path / "sorted.txt", sorted(lines(400)))
    done = w2v(
        "classify", "train", "sorted.txt", "-o", "m.bin", "--loss", loss, "-e", "10", "-q",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.errors
    test = folder / "test.txt"
    done = w2v("classify", "test", "m.bin", test, "--json", "-q", cwd=tmp_path)
    assert json.loads(done.text)["accuracy"] > 0.95


ODD = [
    "great film", "", "   ", "unseen", "__label__bad", "great </s> awful", "\x0bgreat\tfilm ", "é",
    "great " * 3000, "\u2028great\u2028", "great\x00film",
]  # fmt: skip


@pytest.mark.parametrize("threads", [1, 2])
def test_every_line_gets_one_answer(w2v, folder, threads):
    text = "\n".join(ODD * 50)  # the last line has no end
    done = answers(w2v, folder, text, "-j", threads, "--tsv", "-k", "2")
    rows = [line.split("\t") for line in done.text.splitlines()]
    assert [int(row[0]) for row in rows] == list(range(1, 50 * len(ODD) + 1))
    assert all(len(row) == 5 for row in rows)
    assert [row[1:] for row in rows[: len(ODD)]] == [row[1:] for row in rows[-len(ODD) :]]
    # An empty line, blanks, labels alone and unknown words are the end of a line and nothing else.
    assert len({tuple(rows[place][1:]) for place in (1, 2, 3, 4, 7)}) == 1
    assert "without a word that the model knows" in done.errors


def test_forms_of_answers(w2v, folder):
    assert answers(w2v, folder, "great film\n", "--labels-only").text == "__label__good\n"
    label, p = answers(w2v, folder, "great film\n").text.split("\t")
    assert (label, 0.5 < float(p) <= 1) == ("__label__good", True)
    [line] = answers(w2v, folder, "great zzz\n", "--json", "-k", "9").text.splitlines()
    row = json.loads(line)
    assert (row["line"], row["words"], row["known"]) == (1, 2, 1)
    assert [each["label"] for each in row["labels"]] == ["__label__good", "__label__bad"]
    assert sum(each["probability"] for each in row["labels"]) == pytest.approx(1, abs=1e-5)
    assert answers(w2v, folder, "city\n\nx\n", "--threshold", "1").text == "\n\n\n"


def test_no_document_is_no_error(w2v, folder):
    assert answers(w2v, folder, "").text == ""


def test_answers_go_to_a_file_whole_or_not_at_all(w2v, folder, tmp_path):
    out = tmp_path / "answers.txt"
    answers(w2v, folder, "great film\n", "-o", out, "--labels-only")
    assert out.read_text() == "__label__good\n"
    fails_with(
        w2v("classify", "predict", "model.bin", "test.txt", "-o", "test.txt", cwd=folder),
        2,
        "test.txt is both a corpus and an output",
    )


def test_tables_and_what_the_model_remembers(w2v, tmp_path):
    rows = [line.split(" ", 1) for line in lines(300, labels=("GOOD one", "BAD"))]
    rows = [["GOOD one", text.partition(" ")[2]] if label == "GOOD" else [label, text]
            for label, text in rows]  # fmt: skip
    write(tmp_path / "a.tsv", ["label\ttext", *(f"{a}\t{b.upper()}." for a, b in rows)])
    args = ["--lowercase", "--tokenize", "words", "-e", "10", "-d", "10", "-q"]
    columns = ["--text", "text", "--label", "label"]
    done = w2v("classify", "train", "a.tsv", *columns, "-o", "m.bin", *args, cwd=tmp_path)
    assert done.returncode == 0, done.errors
    done = w2v("classify", "predict", "m.bin", stdin=b"Great FILM!\nDULL.\n", cwd=tmp_path)
    assert [line.split("\t")[0] for line in done.text.splitlines()] == ["GOOD one", "BAD"]
    done = w2v("classify", "test", "m.bin", "a.tsv", *columns, "--json", "-q", cwd=tmp_path)
    assert json.loads(done.text)["accuracy"] > 0.97
    # Without the record beside it, a model has fastText's names and knows nothing of case.
    os.unlink(tmp_path / "m.bin.w2v.json")
    done = w2v("classify", "predict", "m.bin", stdin=b"great film\n", cwd=tmp_path)
    assert done.text.startswith("__label__GOOD one\t")


def test_weights_and_balance(w2v, tmp_path):
    rows = [line.split(" ", 1) for line in lines(200)]
    write(tmp_path / "a.tsv", [f"{a}\t{b}\t{int(a.endswith('good'))}" for a, b in rows])
    args = ["--text", "2", "--label", "1", "-q", "-d", "4", "-e", "10"]
    for more, expected in ((["--weight", "3"], {"__label__good"}), ([], {a for a, _ in rows})):
        args_of = ["classify", "train", "a.tsv", *args, *more, "-o", "m.bin"]
        assert w2v(*args_of, cwd=tmp_path).returncode == 0
        done = w2v("classify", "predict", "m.bin", "a.tsv", "--text", "2", "--labels-only", "-q",
                   cwd=tmp_path)  # fmt: skip
        assert set(done.text.split()) == expected
    few = [line for line in lines(400) if "good" in line.split()[0]][:20]
    many = [line for line in lines(800) if "bad" in line.split()[0]]
    write(tmp_path / "b.txt", [f"{label} {' '.join(text[:8])}" for label, *text in
                               (line.split() for line in few + many)])  # fmt: skip
    recall = []
    for more in ([], ["--balance"]):
        args_of = ["classify", "train", "b.txt", "-o", "m.bin", "-q", "-d", "4", "-e", "2"]
        assert w2v(*args_of, "-j", "1", *more, cwd=tmp_path).returncode == 0
        done = w2v("classify", "test", "m.bin", "b.txt", "--json", "-q", cwd=tmp_path)
        found = {each["label"]: each["recall"] for each in json.loads(done.text)["labels"]}
        recall.append(found["__label__good"])
    assert recall[1] > recall[0] + 0.2


def test_several_labels(w2v, tmp_path):
    both = [f"{line} __label__film" for line in lines(300)]
    write(tmp_path / "a.txt", both)
    args = ["classify", "train", "a.txt", "-o", "m.bin", "--loss", "ova", "-e", "20", "-q"]
    assert w2v(*args, "-d", "10", cwd=tmp_path).returncode == 0
    args = ["classify", "test", "m.bin", "a.txt", "-k", "3", "--threshold", "0.5", "--json", "-q"]
    facts = json.loads(w2v(*args, cwd=tmp_path).text)
    assert facts["exact_match"] > 0.97
    assert facts["micro"]["precision"] > 0.97
    assert facts["micro"]["recall"] > 0.97


def test_labels_with_a_prefix_and_without_are_the_same(w2v, folder, tmp_path):
    """A model of lines is tested by a table, whose labels have no prefix; and the other way."""
    text = lines(60, seed=4)
    write(tmp_path / "lines.txt", text)
    rows = [line.removeprefix("__label__").split(" ", 1) for line in text]
    write(tmp_path / "table.tsv", ["which\treview", *map("\t".join, rows)])
    columns = ["--text", "review", "--label", "which"]
    how = ["-d", "4", "-e", "5", "-j", "1", "-q"]
    train = ["classify", "train", "table.tsv", *columns, "-o", "table.bin", *how]
    assert w2v(*train, cwd=tmp_path).returncode == 0
    found = []
    for model in (folder / "model.bin", "table.bin"):
        for asked in (["table.tsv", *columns], ["lines.txt", "--label-prefix", "__label__"]):
            done = w2v("classify", "test", model, *asked, "--json", "-q", cwd=tmp_path)
            assert done.errors == ""
            found.append(json.loads(done.text))
            assert found[-1]["labels_never_seen"]["occurrences"] == 0
            assert found[-1]["tested"] == 60
    assert found[0] == found[1]
    assert found[2] == found[3]


def test_labels_that_were_never_seen_are_misses(w2v, folder, tmp_path):
    text = [*lines(50, seed=3), *["__label__other great film"] * 50, "no label"]
    write(tmp_path / "test.txt", text)
    args = ["classify", "test", "model.bin", tmp_path / "test.txt", "--json"]
    done = w2v(*args, cwd=folder)
    facts = json.loads(done.text)
    assert facts["labels_never_seen"] == {"labels": ["__label__other"], "occurrences": 50}
    assert (facts["documents"], facts["tested"], facts["without_label"]) == (101, 100, 1)
    assert facts["micro"]["recall"] == pytest.approx(0.5, abs=0.02)
    assert "50 times a true label is one that the model has never seen" in done.errors
    assert "1 of 101 documents have no label" in done.errors
    facts = json.loads(w2v(*args, "--known-labels", cwd=folder).text)
    assert facts["tested"] == 50
    assert facts["micro"]["recall"] > 0.95


def test_figures_for_people(w2v, folder):
    done = w2v("classify", "test", "model.bin", "test.txt", "--at-precision", "0.9",
               "--at-recall", "0.9", "-q", cwd=folder)  # fmt: skip
    assert done.text.startswith("          precision  recall      F1\nmicro ")
    assert "95 % interval of micro F1" in done.text
    assert "gives a precision of 0.9 or more" in done.text
    assert "gives a recall of 0.9 or more" in done.text
    done = w2v("classify", "test", "model.bin", "test.txt", "--min-f1", "1", "-k", "2", cwd=folder)
    assert done.returncode == 1
    assert "micro-averaged F1 0.666667 is below --min-f1 1" in done.errors
    assert done.text


def test_forms_of_explanations(w2v, folder):
    text = b"great film great\n\nunseen\n"
    args = ["classify", "explain", "model.bin"]
    done = w2v(*args, "--json", "-k", "1", stdin=text, cwd=folder)
    assert "2 of 3 documents without a word that the model knows" in done.errors
    rows = [json.loads(line) for line in done.text.splitlines()]
    assert [(row["line"], row["words"], row["known"]) for row in rows] == [
        (1, 3, 3), (2, 0, 0), (3, 1, 0),
    ]  # fmt: skip
    [great] = rows[0]["features"]
    assert (great["feature"], great["kind"], great["times"]) == ("great", "word", 2)
    assert rows[0]["score"] == pytest.approx(great["share"] + rows[0]["others"]["share"])
    assert rows[0]["others"]["features"] == 2
    assert rows[1]["features"][0]["feature"] == "</s>"
    assert rows[1]["features"] == rows[2]["features"]
    done = w2v(*args, "--tsv", "-q", stdin=text, cwd=folder)
    fields = [line.split("\t") for line in done.text.splitlines()]
    assert fields[0][:2] == ["1", "__label__good"]
    assert fields[0][3:] == ["2", "word", "great"]
    assert float(fields[0][2]) == pytest.approx(great["share"], abs=1e-6)
    assert len(fields) == 3 + 1 + 1
    done = w2v(*args, "--margin", "-k", "1", "-q", stdin=text, cwd=folder)
    lines = done.text.splitlines()
    assert lines[0].startswith("line 1: __label__good against __label__bad, probability ")
    assert lines[2].split() == [f"{2 * great['share']:+.4f}", "2", "word", "great"]
    assert lines[3].split()[1:] == ["2", "more"]
    assert lines[4] == ""
    done = w2v(*args, "--label", "bad", "--json", "-q", stdin=text, cwd=folder)
    # With two labels one loses what the other wins.
    assert json.loads(done.text.splitlines()[0])["score"] == pytest.approx(-rows[0]["score"])


def test_words_that_speak_for_labels(w2v, folder):
    args = ["classify", "explain", "model.bin", "--words", "-k", "4"]
    done = w2v(*args, "--json", cwd=folder)
    found = {row["label"]: row["words"] for row in map(json.loads, done.text.splitlines())}
    assert found.keys() == {"__label__good", "__label__bad"}
    assert {each["word"] for each in found["__label__good"]} == {*GOOD}
    assert {each["word"] for each in found["__label__bad"]} == {*BAD}
    done = w2v(*args, "--label", "good", "--tsv", cwd=folder)
    rows = [line.split("\t") for line in done.text.splitlines()]
    assert [row[:2] for row in rows] == [
        ["__label__good", each["word"]] for each in found["__label__good"]
    ]
    done = w2v(*args, "--against", "bad", cwd=folder)
    assert done.text.startswith("__label__good\n+")
    assert "__label__bad" not in done.text


def test_facts_of_a_classifier(w2v, folder):
    found = json.loads(w2v("info", "model.bin", "--json", cwd=folder).text)
    assert (found["kind"], found["rows"], found["dim"]) == ("classifier", 19, 10)
    facts = found["classifier"]
    assert facts["labels"].keys() == {"__label__good", "__label__bad"}
    assert sum(facts["labels"].values()) == 300
    assert (facts["loss"], facts["word_ngrams"], facts["quantized"]) == ("softmax", 1, False)
    assert found["provenance"]["options"]["lr"] == 0.5
    rows = [line.split() for line in w2v("info", "model.bin", cwd=folder).text.splitlines()]
    assert ["classifier", "2", "labels,", "loss", "softmax"] in rows
    assert [row for row in rows if row[0] == "__label__good"] == [
        ["__label__good", str(facts["labels"]["__label__good"])]
    ]
    assert ["lr", "0.5"] in rows and ["seed", "1"] in rows


NGRAMS = ["--loss", "hs", "--word-ngrams", 2, "--min-n", 2, "--max-n", 3, "--buckets", 100]


@pytest.mark.parametrize("options", [[], NGRAMS], ids=len)
def test_conversions_of_a_classifier(w2v, folder, tmp_path, options):
    args = ["classify", "train", folder / "train.txt", "-o", "m.bin", "-d", "6", "-q"]
    assert w2v(*args, *options, cwd=tmp_path).returncode == 0
    for target, *more in (["a.bin"], ["b", "--format", "fasttext"], ["c.bin.gz"]):
        done = w2v("convert", "m.bin", target, *more, cwd=tmp_path)
        assert f"wrote a classifier of 2 labels to {target}" in done.errors
        args = ["classify", "test", target, folder / "test.txt", "--json", "-q"]
        assert json.loads(w2v(*args, cwd=tmp_path).text)["tested"] == 100
    for name in ("a.bin", "b"):
        assert filecmp.cmp(tmp_path / "m.bin", tmp_path / name, shallow=False)
        assert json.loads((tmp_path / f"{name}.w2v.json").read_text())["provenance"]["labels"]
    done = w2v("convert", "m.bin", "-", "--format", "fasttext", cwd=tmp_path)
    assert done.stdout == (tmp_path / "m.bin").read_bytes()
    # What else is asked for is of vectors of words.
    for target, *more in (["v.vec"], ["w.bin", "--format", "binary"], ["x.bin", "--limit", "17"]):
        done = w2v("convert", "m.bin", target, *more, cwd=tmp_path)
        told = "m.bin is a classifier: vectors of its words are written, and its 2 labels are not"
        assert told in done.errors
        assert f"wrote {17 if more[:1] == ['--limit'] else 18} vectors" in done.errors
    vectors = read_embeddings(str(tmp_path / "v.vec"))
    trained = read_embeddings(str(tmp_path / "m.bin"))
    assert vectors.vector("great") == pytest.approx(trained.vector("great"))
    done = w2v("neighbors", "m.bin", "great", "-k", "2", "--tsv", cwd=tmp_path)
    assert len(done.text.splitlines()) == 2
    piped = (tmp_path / "m.bin").read_bytes()
    done = w2v("convert", "-", "p.bin", stdin=piped, cwd=tmp_path)
    assert "standard input is a classifier: vectors of its words are written" in done.errors


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["train", "nothing.txt", "-o", "m.bin"], 1, "nothing.txt: no such file"),
        (["train", "plain.txt", "-o", "m.bin"], 1, "no token begins with __label__"),
        (["train", "train.txt", "-o", "train.txt"], 2, "is both a corpus and an output"),
        (["train", "train.txt", "-o", "m.bin", "--text", "1"], 2, "--text names a column, and"),
        (["train", "train.txt", "-o", "m.bin", "--lr", "nan"], 2, "--lr must be from"),
        (["train", "train.txt", "-o", "m.bin", "--resume", "none"], 1, "holds no checkpoint"),
        (["train", "train.txt", "-o", "no/m.bin"], 1, "no/m.bin.w2v.json: cannot be written"),
        (["train", "train.txt", "-o", "m.ftz"], 2, "m.ftz: .ftz means a quantized model, which"),
        (["train", "train.txt", "-o", "m.VEC.gz"], 2, ".vec means word2vec text, and a classifier"),
        (["tune", "train.txt", "-o", "m.ftz", "--trials", "1"], 2, ".ftz means a quantized model"),
        (["train", "train.txt", "-o", "/dev/full", "-q"], 1, "No space left on device"),
        (["train", "train.txt", "-o", "m.bin", "--word-ngrams", "2", "--buckets", "0"], 2,
         "--buckets must be from 1"),
        (["predict", "train.txt", "test.txt"], 1, "is no classifier: w2v classify train makes one"),
        (["predict", "cut.bin", "test.txt"], 1, "cut.bin: is cut short"),
        (["predict", "model.bin", "test.txt", "-j", "40000"], 2, "40000 is not in the range 1<=x"),
        (["predict", "model.bin", "test.txt", "-k", "0"], 2, "Invalid value for '-k'"),
        (["predict", "-", "-"], 2, "standard input cannot be both"),
        (["test", "model.bin", "plain.txt"], 1, "no label in 1 document"),
        (["explain", "model.bin", "test.txt", "--label", "god"], 2, "did you mean good"),
        (["explain", "model.bin", "test.txt", "--words"], 2, "--words needs no documents"),
        (["explain", "model.bin", "--words", "--margin"], 2, "--words and --margin"),
        (["explain", "model.bin", "test.txt", "--label", "bad", "--against", "bad"], 2, "the same"),
        (["explain", "model.bin", "test.txt", "-o", "test.txt"], 2, "both a corpus and an output"),
        (["tset", "model.bin"], 2, "No such command 'tset'. Did you mean test"),
        (["info", "model.bin"], 2, "No such command 'info'. It is w2v info MODEL."),
        (["predict", "model.bin", "test.txt", "--threshold", "nan"], 2, "nan is not in the range"),
        (["train", "model.bin", "-o", "m.bin"], 1, "a classifier; did you mean w2v classify pred"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_done(w2v, folder, args, code, message):
    write(folder / "plain.txt", ["no label"])
    (folder / "cut.bin").write_bytes((folder / "model.bin").read_bytes()[:-10])
    before = sorted(os.listdir(folder))
    fails_with(w2v("classify", *args, cwd=folder), code, message)
    assert sorted(os.listdir(folder)) == before


def test_vectors_of_words_are_no_classifier(w2v, folder, tmp_path):
    args = ["train", folder / "train.txt", "-o", "v.bin", "--format", "fasttext", "-q", "-d", "4"]
    assert w2v(*args, cwd=tmp_path).returncode == 0
    fails_with(
        w2v("classify", "predict", "v.bin", folder / "test.txt", cwd=tmp_path),
        1,
        r"v.bin: is a model of word vectors \(skipgram\), which has no labels",
    )


def test_a_rate_that_is_too_high_is_told(tmp_path):
    path = write(tmp_path / "a.txt", ["__label__a x", "__label__b x"] * 500)
    config = ClassifyConfig(lr=100.0, epochs=50, dim=4)
    with pytest.raises(TrainingError, match="is too high for this corpus"):
        train_classifier(ClassifyRequest(config, (str(path),), output=str(tmp_path / "m.bin")))
    assert sorted(os.listdir(tmp_path)) == ["a.txt"]


class StopAfter(NeverStopping):
    """Somebody who asks for the end when so many words are trained."""

    def __init__(self, tokens):
        super().__init__()
        self._tokens = tokens

    def heeding(self, report):
        def heeded(stage, done, total, **details):
            if stage == "train" and done >= self._tokens:
                self.requested.set()
            report(stage, done, total, **details)

        return heeded


def test_a_stopped_training_goes_on_as_if_nothing_had_been(tmp_path):
    path = str(write(tmp_path / "a.txt", lines(2000)))
    config = ClassifyConfig(dim=10, epochs=3, word_ngrams=2, buckets=1000)
    whole, parts = str(tmp_path / "whole.bin"), str(tmp_path / "parts.bin")
    train_classifier(ClassifyRequest(config, (path,), output=whole))
    saving = Saving(str(tmp_path / "saved"), Spacing.parse("1e"))
    request = ClassifyRequest(config, (path,), output=parts, saving=saving)
    with pytest.raises(TrainingStopped, match="stopped after"):
        train_classifier(request, stopping=StopAfter(30_000))
    assert not os.path.exists(parts)
    resumed = Saving(saving.folder, saving.spacing, resume=True)
    other = ClassifyConfig(dim=10, epochs=3, word_ngrams=2, buckets=1000, lr=0.3)
    with pytest.raises(ConfigError, match=r"lr was 0\.5 and is 0\.3"):
        train_classifier(ClassifyRequest(other, (path,), output=parts, saving=resumed))
    train_classifier(ClassifyRequest(config, (path,), output=parts, saving=resumed))
    assert filecmp.cmp(whole, parts, shallow=False)
