"""``w2v quantize`` of classifiers as users run it: sizes, scores, files, and what goes wrong."""

import json
import os
import re
from dataclasses import replace

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.formats.classifier_file import read_classifier, write_classifier
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.labelled.model import Classifier

N_WORDS, DIM, BUCKETS = 500, 8, 3000
RNG = np.random.default_rng(5)


@pytest.fixture
def folder(tmp_path):
    """A classifier whose words each tell one of three labels, and documents of two words."""
    label_of = np.arange(N_WORDS) % 3
    outputs = (4 * np.eye(3, DIM)).astype(np.float32)
    words = outputs[label_of] / 4 + RNG.normal(0, 0.05, (N_WORDS, DIM))
    ngrams = RNG.normal(0, 0.02, (400, DIM))
    model = Classifier(
        words=[f"word{row}" for row in range(N_WORDS - 1)] + ["</s>"],
        counts=np.arange(2 * N_WORDS, N_WORDS, -1),
        labels=["__label__a", "__label__b", "__label__c"],
        label_counts=np.array([30, 20, 10]),
        inputs=np.concatenate([words, ngrams]).astype(np.float32),
        buckets=RNG.permutation(BUCKETS)[:400],
        is_pruned=False,
        outputs=outputs,
        ngrams=Ngrams(BUCKETS, 3, 4),
        word_ngrams=1,
        loss="softmax",
        settings={"lr": 0.5, "label_prefix": "__label__"},
        n_tokens=4321,
        provenance={
            "command": "classify train",
            "options": {"label_prefix": "__label__", "lowercase": True},
        },
    )
    write_classifier(str(tmp_path / "m.bin"), model)
    lines = []
    for _ in range(200):
        label = int(RNG.integers(0, 3))
        first, second = 3 * RNG.integers(0, N_WORDS // 3 - 1, 2) + label
        lines.append(f"__label__{'abc'[label]} Word{first} word{second}\n")
    (tmp_path / "test.txt").write_text("".join(lines))
    rows = [line.split(" ", 1) for line in lines]
    (tmp_path / "test.csv").write_text(
        "label,text\n" + "".join(f"{label},{text.strip()}\n" for label, text in rows)
    )
    write_embeddings(
        tmp_path / "v.bin", ["one", "two", "six"], np.eye(3, dtype=np.float32), "binary"
    )
    return tmp_path


def test_sizes_scores_and_the_record(w2v, folder):
    done = w2v("quantize", "m.bin", "m.ftz", "--test", "test.txt", cwd=folder)
    assert done.returncode == 0, done.errors
    lines = done.errors.splitlines()
    assert re.fullmatch(
        r"w2v: 500 words and 400 n-grams \(left out: 2,600 rows of zeros\): "
        r"118 KiB before, [\d.]+ KiB after",
        lines[0],
    ), lines
    assert re.fullmatch(r"w2v: wrote m.ftz, [\d.]+ KiB: rows are [\d.]+% off", lines[-1])
    table = [re.split(r"  +", line) for line in done.text.splitlines()]
    assert table[0][-3:] == ["before", "after", "documents"]
    assert [row[1] for row in table[1:]] == ["first answer right", "micro F1", "log-loss"]
    assert all(float(row[2]) > 0.98 and float(row[3]) > 0.98 for row in table[1:3])
    record = json.loads((folder / "m.ftz.w2v.json").read_text())["provenance"]
    assert (record["command"], record["source"]) == ("quantize", "m.bin")
    assert record["source_provenance"]["options"]["lowercase"] is True
    found = read_classifier(str(folder / "m.ftz"))
    assert found.text.lowercase
    assert found.n_tokens == 4321
    told = json.loads(w2v("info", "m.ftz", "--json", cwd=folder).text)
    assert told["classifier"]["quantized"] is told["classifier"]["pruned"] is True
    done = w2v("classify", "test", "m.ftz", "test.txt", "--json", "-q", cwd=folder)
    assert json.loads(done.text)["accuracy"] > 0.98


def test_all_of_it_as_json(w2v, folder):
    options = ["--test", "test.csv", "--text", "text", "--label", "label", "--keep", 450, "--qout"]
    done = w2v("quantize", "m.bin", "m.ftz", "-q", "--json", *options, cwd=folder)
    facts = json.loads(done.text)
    assert done.errors == ""
    assert facts["words"] + facts["ngrams"] == 450
    assert facts["words"] > 440  # which are longer
    assert (facts["labels"], facts["bytes"]) == (3, os.path.getsize(folder / "m.ftz"))
    assert facts["bytes_before"] == os.path.getsize(folder / "m.bin")
    assert 0 < facts["input_error"] < 0.2
    assert facts["output_error"] < 0.01
    measures = {score["measure"]: score for score in facts["scores"]}
    assert set(measures) == {"accuracy", "f1", "log_loss"}
    assert measures["accuracy"]["documents"] == 200
    assert measures["accuracy"]["after"] > 0.85


@pytest.mark.parametrize("size", ["20k", "24000", "18KiB"])
def test_a_file_of_a_size(w2v, folder, size):
    done = w2v("quantize", "m.bin", "m.ftz", "--max-size", size, "-q", cwd=folder)
    assert done.returncode == 0, done.errors
    most = {"20k": 20_000, "24000": 24_000, "18KiB": 18 << 10}[size]
    assert most - 30 < os.path.getsize(folder / "m.ftz") <= most


def test_rows_that_stay_learn_on(w2v, folder):
    options = ["--keep", 60, "--test", "test.txt", "--json", "-j", 1]
    scores = []
    for more in ([], ["--retrain", "test.txt", "-e", 10]):
        done = w2v("quantize", "m.bin", "m.ftz", *options, *more, cwd=folder)
        assert done.returncode == 0, done.errors
        scores.append({each["measure"]: each["after"] for each in json.loads(done.text)["scores"]})
    assert "training on with 1 thread" in done.errors
    assert scores[1]["log_loss"] < scores[0]["log_loss"]
    record = json.loads((folder / "m.ftz.w2v.json").read_text())["provenance"]
    facts = record["changes"]["retrained"]
    assert (facts["documents"], facts["epochs"], facts["lr"]) == (200, 10, 0.5)
    # The same rows stay, and the same seed gives the same file.
    first = (folder / "m.ftz").read_bytes()
    w2v("quantize", "m.bin", "m.ftz", "-q", *options, *more, cwd=folder)
    assert (folder / "m.ftz").read_bytes() == first


def test_pipes_compression_and_threads(w2v, folder):
    w2v("quantize", "m.bin", "m.ftz", "-q", "-j", 2, cwd=folder)
    data = (folder / "m.bin").read_bytes()
    done = w2v("quantize", "-", "-", "-q", cwd=folder, stdin=data)
    assert done.returncode == 0, done.errors
    assert done.stdout == (folder / "m.ftz").read_bytes()
    w2v("quantize", "m.bin", "m.ftz.gz", "-q", "--no-provenance", cwd=folder)
    assert not (folder / "m.ftz.gz.w2v.json").exists()
    first, second = (read_classifier(str(folder / name)) for name in ("m.ftz", "m.ftz.gz"))
    assert np.array_equal(first.inputs[:], second.inputs[:])


def test_few_rows_that_become_larger_are_told(w2v, folder):
    done = w2v("quantize", "m.bin", "m.ftz", "--dsub", 1, cwd=folder)
    assert "so few rows become larger" not in done.errors
    model = read_classifier(str(folder / "m.bin"))
    few = replace(
        model, words=["a", "</s>"], counts=np.array([2, 1]), inputs=model.inputs[:2],
        buckets=np.zeros(0, dtype=np.int64), ngrams=Ngrams(0, 0, 0),
    )  # fmt: skip
    write_classifier(str(folder / "few.bin"), few)
    done = w2v("quantize", "few.bin", "few.ftz", cwd=folder)
    assert "so few rows become larger" in done.errors


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["m.bin", "o.ftz", "--pairs", "p.tsv"], 2, "--pairs is for word vectors, and m.bin is a"),
        (["m.bin", "o.ftz", "--limit", 5], 2, "--limit is for word vectors"),
        (["m.bin", "o.ftz", "--keep-context"], 2, "--keep-context is for word vectors"),
        (["v.bin", "o.ftz", "--qout"], 2, "--qout is for classifiers, and v.bin is none"),
        (["v.bin", "o.ftz", "--max-size", "2M"], 2, "--max-size is for classifiers"),
        (["v.bin", "o.ftz", "--test", "test.txt"], 2, "--test is for classifiers"),
        (["m.bin", "o.ftz", "--max-size", "2X"], 2, "--max-size must be a size such as 2M"),
        (["m.bin", "o.ftz", "--max-size", "5k"], 2, "--max-size of 5,000 bytes is too little"),
        (["m.bin", "o.ftz", "--max-size", "9k", "--keep", 9], 2, "--keep and --max-size exclude"),
        (["v.bin", "o.ftz", "--retrain", "test.txt"], 2, "--retrain is for classifiers"),
        (["m.bin", "o.ftz", "--lr", "0.1"], 2, "--lr is of training: give --retrain"),
        (["m.bin", "o.ftz", "--retrain", "no.txt"], 1, "no.txt: no such file"),
        (["m.bin", "o.ftz", "--retrain", "v.bin"], 1, "v.bin"),
        (["m.bin", "o.ftz", "--retrain", "test.txt", "--lr", "900"], 2, "--lr must be from"),
        (["m.bin", "o.ftz", "--test", "no.txt"], 1, "no.txt: no such file"),
        (["m.bin", "o.ftz", "--test", "test.txt", "--text", "1"], 2, "--text names a column, and"),
        (["m.bin", "m.bin"], 2, "m.bin is both the input and an output"),
        (["m.bin", "test.txt", "--test", "test.txt"], 2, "test.txt: .txt is for word2vec text"),
        (["m.bin", "-", "--json"], 2, "results would stand among the vectors there"),
        (["m.bin", "/dev/full"], 1, "No space left on device"),
    ],
)
def test_what_goes_wrong(w2v, folder, args, code, message):
    before = sorted(os.listdir(folder))
    fails_with(w2v("quantize", *args, "-q", cwd=folder), code, re.escape(message))
    assert sorted(os.listdir(folder)) == before


def test_codes_are_not_quantized_again_and_converted_only_whole(w2v, folder):
    w2v("quantize", "m.bin", "m.ftz", "-q", cwd=folder)
    fails_with(w2v("quantize", "m.ftz", "o.ftz", cwd=folder), 2, "m.ftz: is quantized already")
    fails_with(
        w2v("convert", "m.ftz", "o.bin", cwd=folder), 1, "has a place in quantized files only"
    )
