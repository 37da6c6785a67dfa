"""``w2v compare`` as users run it: forms, periods, pictures, and what goes wrong."""

import csv
import io
import json

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli import InputError, UnknownWordError, W2VWarning, compare, follow, load
from w2v_cli.errors import ConfigError
from w2v_cli.formats.writing import write_embeddings

N_WORDS, DIM = 200, 10
WORDS = [f"w{number}" for number in range(N_WORDS)]
COLUMNS = [
    "word", "change", "low", "high", "noise", "overlap", "count_a", "count_b", "neighbors_a",
    "neighbors_b",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Spaces of one text, of which w40 and w41 change places between early and late."""
    folder = tmp_path_factory.mktemp("compare")
    same = np.random.default_rng(1).normal(size=(N_WORDS, DIM))
    same[41] = -same[40]
    moved = same.copy()
    moved[[40, 41]] = moved[[41, 40]]
    counts = np.arange(N_WORDS, 0, -1) * 5
    starts = {"early": same, "early2": same, "late": moved, "late2": moved, "last": moved}
    for seed, (name, start) in enumerate(starts.items()):
        rng = np.random.default_rng(seed)
        turn = np.linalg.qr(rng.normal(size=(DIM, DIM)))[0]
        rows = ((start + 0.05 * rng.normal(size=start.shape)) @ turn).astype(np.float32)
        write_embeddings(folder / f"{name}.w2v", WORDS, rows, "w2v", counts=counts + seed)
        write_embeddings(folder / f"{name}.bin", WORDS, rows, "binary")
    few = folder / "few.txt"
    few.write_text("3 10\n" + "".join(f"w{n} " + "1 " * 9 + f"{n}\n" for n in range(3)))
    write_embeddings(folder / "other.bin", WORDS, np.ones((N_WORDS, 4), np.float32), "binary")
    (folder / "w41").mkdir()  # a folder of that name hides no word
    return folder


def test_the_most_changed_words_come_first_in_each_form(w2v, folder):
    table = w2v("compare", "early.w2v", "late.w2v", "-n", 3, cwd=folder)
    assert table.returncode == 0, table.errors
    head, *lines = table.text.splitlines()
    assert head.split()[:5] == ["word", "change", "overlap", "count", "early"]
    assert {line.split()[0] for line in lines[:2]} == {"w40", "w41"}
    assert "200 words are in all files; rotated by 200 of them" in table.errors
    tsv = w2v("compare", "early.w2v", "late.w2v", "-n", 3, "--tsv", "--header", "-q", cwd=folder)
    rows = [line.split("\t") for line in tsv.text.splitlines()]
    assert (rows[0], len(rows), tsv.errors) == (COLUMNS, 4, "")
    assert rows[1][2:5] == ["-", "-", "-"], "there is one run of each"
    assert [row[0] for row in rows[1:]] == [line.split()[0] for line in lines]
    told = w2v("compare", "early.w2v", "late.w2v", "-n", 3, "--csv", "-q", cwd=folder).text
    fields = list(csv.DictReader(io.StringIO(told)))
    assert [field["word"] for field in fields] == [row[0] for row in rows[1:]]
    assert len(fields[0]["neighbors_a"].split()) == 10
    place = WORDS.index(fields[0]["word"])
    counts = 5 * (N_WORDS - place), 5 * (N_WORDS - place) + 2
    assert (int(fields[0]["count_a"]), int(fields[0]["count_b"])) == counts
    result = w2v("compare", "early.w2v", "late.w2v", "-n", 3, "--json", "-q", cwd=folder)
    found = json.loads(result.text)
    assert [word["word"] for word in found["words"]] == [row[0] for row in rows[1:]]
    assert found["words"][0]["change"] == pytest.approx(float(rows[1][1]), abs=1e-6)
    assert (found["shared_words"], found["rotated_by"], found["runs"]) == (200, 200, [1, 1])
    assert (found["files"], found["unknown"]) == (["early", "late"], [])


def test_words_runs_and_python_agree(w2v, folder):
    args = ("compare", "early.w2v", "late.w2v", "--runs-a", "early2.w2v", "--runs-b", "late2.w2v")
    asked = w2v(*args, "w41", "w3", "nosuch", "--json", "-q", cwd=folder)
    assert asked.returncode == 1
    assert asked.errors == "w2v: warning: unknown word 'nosuch': not both files have it\n"
    found = json.loads(asked.text)
    assert [word["word"] for word in found["words"]] == ["w41", "w3"]
    assert found["unknown"] == ["nosuch"]
    moved, still = found["words"]
    assert moved["noise"] < 0.05 < still["high"] + 0.5 < moved["low"] < moved["high"]
    runs = {f"runs_{side}": [folder / f"{name}2.w2v"]
            for side, name in (("a", "early"), ("b", "late"))}  # fmt: skip
    early, late = load(folder / "early.w2v"), folder / "late.w2v"
    for ours, theirs in zip(
        compare(early, late, ["w41", "w3"], **runs), found["words"], strict=True
    ):
        for name in ("change", "low", "high", "noise", "overlap"):
            assert getattr(ours, name) == pytest.approx(theirs[name], abs=1e-6)
        assert list(ours.counts) == theirs["counts"]
        near = [[each["word"] for each in side] for side in theirs["neighbors"]]
        assert [[word for word, _ in side] for side in ours.neighbors] == near
    best = w2v(*args, "--by", "net", "-n", 2, "--tsv", "-q", cwd=folder).text.splitlines()
    assert [line.split("\t")[0] for line in best] == [
        change.word for change in compare(early, late, top=2, by="net", **runs)
    ]
    table = w2v(*args, "-n", 1, "-q", cwd=folder).text.splitlines()
    assert table[0].split()[:6] == ["word", "change", "low", "high", "noise", "overlap"]


def test_the_way_through_periods_is_told_and_drawn(w2v, folder, tmp_path):
    pytest.importorskip("matplotlib")
    files = ("1900=early.w2v", "late.w2v", "2000=last.w2v")
    args = ("compare", *files, "w40", "--tsv", "-q", "-k", 4)
    drawn = w2v(*args, "--plot", tmp_path / "way.svg", cwd=folder)
    assert (drawn.returncode, drawn.errors) == (0, "")
    rows = [line.split("\t") for line in drawn.text.splitlines()]
    assert [row[:2] for row in rows] == [["w40", "1900"], ["w40", "late"], ["w40", "2000"]]
    assert rows[0][3:6] == ["-", "-", "-"]
    assert float(rows[1][3]) > 0.5 > float(rows[2][3])
    assert float(rows[2][4]) > 0.5
    picture = (tmp_path / "way.svg").read_text()
    for text in ("w40 (1900)", "w40 (late)", "w40 (2000)", *rows[0][6].split()):
        assert text in picture
    names = {"1900": "early", "late": "late", "2000": "last"}
    periods = {name: folder / f"{file}.w2v" for name, file in names.items()}
    steps = follow(periods, "w40", neighbors=4, plot=tmp_path / "python.svg")["w40"]
    assert [f"{step.from_first:.6f}" for step in steps[1:]] == [row[4] for row in rows[1:]]
    assert (tmp_path / "python.svg").read_text() == picture
    table = w2v("compare", *files, "-n", 2, "-q", cwd=folder).text.splitlines()
    assert len(table) == 7
    assert {line.split()[0] for line in table[1:]} == {"w40", "w41"}
    result = w2v("compare", *files, "w40", "nosuch", "--json", cwd=folder)
    assert result.returncode == 1
    assert json.loads(result.text)["unknown"] == ["nosuch"]
    assert "unknown word 'nosuch': fewer than two files have it" in result.errors


def test_a_folder_hides_no_word_and_counts_choose_words(w2v, folder):
    result = w2v("compare", "early.w2v", "late.w2v", "w41", "--tsv", "-q", cwd=folder)
    assert (result.returncode, result.text.split("\t")[0]) == (0, "w41")
    often = w2v("compare", "early.w2v", "late.w2v", "--min-count", 900, "--json", "-q", cwd=folder)
    assert json.loads(often.text)["compared_words"] == 21
    assert {word["word"] for word in json.loads(often.text)["words"]} <= set(WORDS[:21])


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["early.w2v"], 2, "two files of vectors are needed"),
        (["early.w2v", "none.w2v"], 1, "none.w2v: cannot be opened"),
        (["early.w2v", "w41"], 1, "w41"),
        (["early.w2v", "other.bin"], 1, "early and other have vectors of lengths 4 and 10"),
        (["early.w2v", "few.txt"], 1, "have 3 words in common .*, fewer than the 10 numbers"),
        (
            ["early.w2v", "late.bin", "--min-count", 5],
            1,
            "late: comes without counts, .*--min-count",
        ),
        (["early.w2v", "late.w2v", "--by", "net"], 2, "--by net needs --runs-a or --runs-b"),
        (["early.w2v", "late.w2v", "last.w2v", "--runs-a", "early2.w2v"], 2, "are for two files"),
        (["early.w2v", "late.w2v", "last.w2v", "--by", "overlap"], 2, "--by overlap is for two"),
        (["early.w2v", "late.w2v", "--plot", "x.png"], 2, "--plot draws the way of one word.* 0"),
        (["early.w2v", "late.w2v", "w1", "--plot", "x.gif"], 2, r"x.gif: .gif is not written; na"),
        (["-", "-"], 2, "standard input can be read only once; name files"),
        (["early.w2v", "late.w2v", "-o", "late.w2v"], 2, "is both a file of vectors and an output"),
    ],
)
def test_what_cannot_be_compared_is_one_line(w2v, folder, args, code, message):
    fails_with(w2v("compare", *args, "-q", cwd=folder), code, message)


def test_python_refuses_likewise(folder):
    early, late = folder / "early.w2v", folder / "late.w2v"
    with pytest.raises(UnknownWordError, match="unknown word 'nosuch'; not both sides have it"):
        compare(early, late, "nosuch")
    with pytest.raises(UnknownWordError, match="fewer than two periods have it"):
        follow({"a": early, "b": late}, ["w1", "nosuch"])
    with pytest.raises(ConfigError, match=r"by='net' needs several runs .* runs_a or runs_b"):
        compare(early, late, by="net")
    with pytest.raises(ConfigError, match="by must be change or net or overlap, not 'age'"):
        compare(early, late, by="age")
    with pytest.raises(ConfigError, match="a dict of names to vectors, two at least"):
        follow({"a": early}, "w1")
    with pytest.raises(ConfigError, match="a plot shows the way of one word, not of 2"):
        follow({"a": early, "b": late}, ["w1", "w2"], plot="x.png")
    with pytest.raises(InputError, match="b: comes without counts"):
        compare(early, folder / "late.bin", min_count=3)
    with pytest.warns(W2VWarning, match="few for vectors of length 10") as told:
        compare(early, late, top=1, min_count=800)
    assert told[0].filename == __file__


def test_slices_of_a_compass_are_compared_as_they_are(w2v, tmp_path):
    """Trained with frozen outputs they share a space, which is told if they are rotated."""
    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        lines = [" ".join(f"w{n}" for n in rng.integers(0, 60, 12)) for _ in range(400)]
        (tmp_path / f"{name}.txt").write_text("\n".join(lines) + "\n")
    options = ("-q", "-j", 1, "-d", 8, "-e", 1, "--min-count", 1)
    args = ("train", "a.txt", "b.txt", "-o", "all.w2v", "--keep-context", *options)
    assert w2v(*args, cwd=tmp_path).returncode == 0
    for name in ("a", "b"):
        args = ("train", f"{name}.txt", "-o", f"{name}.w2v", "--init", "all.w2v", "-q", "-j", 1)
        result = w2v(*args, "--freeze", "outputs", "--keep-context", cwd=tmp_path)
        assert (result.returncode, result.errors) == (0, "")
    first, whole = load(tmp_path / "a.w2v"), load(tmp_path / "all.w2v")
    rows = [whole.index[word] for word in first.words]
    assert first.context.tobytes() == whole.context[rows].tobytes()
    assert first.record["init"]["freeze"] == "outputs"
    told = w2v("compare", "a.w2v", "b.w2v", "-n", 1, cwd=tmp_path)
    assert "were trained with the outputs of one model (train --freeze outputs)" in told.errors
    plain = w2v("compare", "a.w2v", "b.w2v", "-n", 1, "--aligned", "--json", cwd=tmp_path)
    assert "one model" not in plain.errors
    found = json.loads(plain.text)
    word = found["words"][0]["word"]
    second = load(tmp_path / "b.w2v")
    vectors = [each[word] / np.linalg.norm(each[word]) for each in (first, second)]
    assert found["words"][0]["change"] == pytest.approx(
        1 - float(vectors[0] @ vectors[1]), abs=1e-5
    )
    assert found["rotated_by"] == 0
    like = w2v("train", "--like", "a.w2v", "a.txt", "--init", "all.w2v", "-o", "again.w2v",
               "--keep-context", "-q", cwd=tmp_path)  # fmt: skip
    assert (like.returncode, like.errors) == (0, "")
    assert load(tmp_path / "again.w2v").matrix.tobytes() == first.matrix.tobytes()
